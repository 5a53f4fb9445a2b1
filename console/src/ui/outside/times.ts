import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { span } from "~/kit/times";

/** The clock of the hub as far as it is known here: what it said, and what has gone by since. */
export function useClock(toldAt: string | undefined): number {
  const [apart, setApart] = useState(0);
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    if (toldAt) setApart(Date.parse(toldAt) - Date.now());
  }, [toldAt]);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return now + apart;
}

/** A length of time in its two largest units, in words. */
export function useSpan(): (seconds: number) => string {
  const { t } = useTranslation();
  return (seconds) =>
    span(seconds)
      .map((each) => t(`outside.unit.${each.unit}`, { count: each.count }))
      .join(" ");
}
