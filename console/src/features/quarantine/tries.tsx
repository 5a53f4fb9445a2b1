import { Link } from "@tanstack/react-router";
import type { TFunction } from "i18next";
import type { Try } from "~/features/quarantine/read";
import type { Language } from "~/kit/texts";
import type { Moment } from "~/ui/detail/Timeline";

const TONES: Record<string, Moment["tone"]> = { done: "good", repeated: "good", quarantined: "warn", discarded: "bad" };

/** Each try of a message: when it came, what became of it, who tried again. */
export function moments(tries: Try[], here: string, t: TFunction, language: Language): Moment[] {
  return tries.map((each) => ({
    key: each.message_id,
    at: each.received_at,
    title: t(`quarantine.state.${each.state}`),
    tone: TONES[each.state],
    who: each.actor
      ? t(`quarantine.by.${each.state === "discarded" ? "discarded" : "sent"}`, { name: each.actor })
      : "",
    short: (
      <>
        {each.state !== "sent_again" && each.state !== "done" && each.told?.[language]}{" "}
        {each.order_no && <Link to={`/orders/${encodeURIComponent(each.order_no)}`}>{each.order_no}</Link>}{" "}
        {each.message_id !== here && <Link to={`/quarantine/${each.message_id}`}>{t("quarantine.this_try")}</Link>}
      </>
    ),
  }));
}
