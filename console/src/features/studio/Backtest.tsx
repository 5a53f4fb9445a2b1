import { Link } from "@tanstack/react-router";
import { Alert, Button, Empty, Input, Progress } from "antd";
import { type ReactNode, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "~/client/language";
import { useNamed, useNames } from "~/client/names";
import { backtest, type Change, type Key, type Summary } from "~/features/studio/read";
import { Sums } from "~/features/studio/Sums";
import { midnight } from "~/kit/times";
import { useSaid } from "~/ui/Trouble";
import { Code, Money, When } from "~/ui/Words";

const DAY_MS = 86_400_000;
const SHOWN = 500;
const day = (back: number) => new Date(Date.now() - back * DAY_MS).toISOString().slice(0, 10);

function said(value: unknown): string {
  if (value === null || value === undefined || value === "") return "—";
  return typeof value === "object" ? JSON.stringify(value).replace(/["{}[\]]/g, " ") : String(value);
}

const currencyOf = (each: Change) => {
  const told = each.fields.currency?.find(Boolean);
  return typeof told === "string" ? told : undefined;
};

/** Try the draft on past orders: which would change, from what to what, and what it all comes to. */
export function Backtest({ of, keep }: { of: Key; keep: () => Promise<number | undefined> }) {
  const { t, i18n } = useTranslation();
  const { language } = useLanguage();
  const { zone } = useNames();
  const tell = useSaid();
  const [since, setSince] = useState(day(7));
  const [until, setUntil] = useState(day(-1));
  const [changes, setChanges] = useState<Change[]>([]);
  const [summary, setSummary] = useState<Summary | null>(null);
  const [running, setRunning] = useState(false);
  const [failed, setFailed] = useState("");
  const [only, setOnly] = useState("");
  const named = useNamed();
  const stop = useRef<AbortController | null>(null);
  const fieldOf = (name: string) => (i18n.exists(`studio.result.${name}`) ? t(`studio.result.${name}`) : name);
  const shown = changes.filter((each) => !only || only in each.fields);
  const shownAs = (name: string, value: unknown, each: Change): ReactNode => {
    if (typeof value === "number" && name.endsWith("_minor"))
      return <Money minor={value} currency={currencyOf(each)} />;
    if (name === "promised_at" && typeof value === "string") return <When at={value} />;
    if (name === "stage" && typeof value === "string") return value ? named("stages", value) : "—";
    if (name === "warehouses" && Array.isArray(value))
      return value.map((one) => named("warehouses", one)).join(t("studio.sheet.comma")) || "—";
    return said(value);
  };
  const run = async () => {
    setRunning(true);
    setOnly("");
    setFailed("");
    setChanges([]);
    setSummary(null);
    stop.current = new AbortController();
    try {
      if ((await keep()) === undefined) return;
      const period = { since: midnight(since, zone), until: midnight(until, zone) };
      await backtest(of, period, stop.current.signal, (line) => {
        const change = line.change;
        if (change) setChanges((before) => (before.length < SHOWN ? [...before, change] : before));
        if (line.summary) setSummary(line.summary);
        if (line.refused) setFailed(line.refused[language]);
      });
    } catch (error) {
      if (!stop.current?.signal.aborted) setFailed(tell(error));
    } finally {
      setRunning(false);
    }
  };
  return (
    <div className="backtest">
      <div className="backtest-ask">
        <label htmlFor="backtest-since">
          {t("studio.backtest.since")}{" "}
          <Input id="backtest-since" type="date" value={since} onChange={(event) => setSince(event.target.value)} />
        </label>
        <label htmlFor="backtest-until">
          {t("studio.backtest.until")}{" "}
          <Input id="backtest-until" type="date" value={until} onChange={(event) => setUntil(event.target.value)} />
        </label>
        <Button type="primary" loading={running} onClick={run}>
          {t("studio.backtest.run")}
        </Button>
        {running && <Button onClick={() => stop.current?.abort()}>{t("studio.backtest.stop")}</Button>}
      </div>
      {failed && <Alert type="error" role="alert" showIcon title={failed} />}
      {running && (
        <>
          <Progress percent={100} status="active" showInfo={false} aria-label={t("studio.backtest.running")} />
          <p className="faint">{t("studio.backtest.so_far", { count: changes.length })}</p>
        </>
      )}
      {summary && <Sums summary={summary} />}
      {!summary && !running && !failed && <Empty description={t("studio.backtest.text")} />}
      {summary && (summary.changed ?? 0) > 0 && (
        <div className="backtest-ask">
          <span className="faint">{t("studio.backtest.by")}</span>
          {Object.entries(summary.by_field ?? {}).map(([name, count]) => (
            <Button
              key={name}
              size="small"
              type={only === name ? "primary" : "default"}
              aria-pressed={only === name}
              onClick={() => setOnly(only === name ? "" : name)}
            >
              {fieldOf(name)} {count}
            </Button>
          ))}
        </div>
      )}
      {changes.length > 0 && (
        <table className="places" aria-label={t("studio.backtest.changed")}>
          <thead>
            <tr>
              <th scope="col">{t("studio.backtest.order")}</th>
              <th scope="col">{t("studio.diff.where")}</th>
              <th scope="col">{t("studio.backtest.live")}</th>
              <th scope="col">{t("studio.backtest.draft")}</th>
            </tr>
          </thead>
          <tbody>
            {shown.flatMap((each) =>
              Object.entries(each.fields).map(([name, [before, after]], index) => (
                <tr key={`${each.order_no} ${name}`}>
                  <td>
                    {index === 0 && (
                      <Link to={`/orders/${each.order_no}` as never}>
                        <Code>{each.order_no}</Code>
                      </Link>
                    )}{" "}
                    {index === 0 && <When at={each.placed_at} />}
                  </td>
                  <td>{fieldOf(name)}</td>
                  <td>{shownAs(name, before, each)}</td>
                  <td>
                    <b>{shownAs(name, after, each)}</b>
                  </td>
                </tr>
              )),
            )}
          </tbody>
        </table>
      )}
      {summary && summary.changed === 0 && <Empty description={t("studio.backtest.none")} />}
    </div>
  );
}
