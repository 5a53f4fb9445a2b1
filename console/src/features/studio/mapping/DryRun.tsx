import { ExperimentOutlined } from "@ant-design/icons";
import { Button, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { OURS } from "~/client/api";
import { Problem } from "~/client/problems";
import { useMay } from "~/client/session";
import { useTargetName } from "~/features/studio/mapping/words";
import type { Content } from "~/features/studio/read";
import { Trouble } from "~/ui/Trouble";
import { When } from "~/ui/Words";

type Change = { field: string; before: unknown; after: unknown };
type Said = { zh: string; en: string };
type Line = {
  message_id: string;
  external_no: string;
  received_at: string;
  before: string;
  after: string;
  changes?: Change[];
  refused_after?: Said;
};
type Counts = Record<"messages" | "same" | "changed" | "newly_refused" | "newly_read" | "refused", number>;
const SHOWN = 30;
const DAYS = [1, 7, 30];
const COUNTED = ["messages", "same", "changed", "newly_read", "newly_refused", "refused"] as const;

/** The mapping over what came lately: how many messages would be read otherwise, and what changes. Nothing is changed by it. */
export function DryRun({ name, content }: { name: string; content: Content }) {
  const { t, i18n } = useTranslation();
  const nameOf = useTargetName();
  const may = useMay()("messages:open");
  const [days, setDays] = useState(7);
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<unknown>(null);
  const [found, setFound] = useState<{ lines: Line[]; counts: Counts } | null>(null);
  if (!may) return null;
  const run = async () => {
    setBusy(true);
    setFailed(null);
    try {
      const since = new Date(Date.now() - days * 86_400_000).toISOString();
      const answer = await fetch(`/api/v1/channels/${name}/dry-run`, {
        method: "POST",
        headers: { ...OURS, "Content-Type": "application/json" },
        body: JSON.stringify({ content, since }),
      });
      if (!answer.ok) throw new Problem(answer.status, await answer.json().catch(() => ({})));
      const told = (await answer.text())
        .split("\n")
        .filter(Boolean)
        .map((each) => JSON.parse(each));
      setFound({ lines: told.filter((each) => each.message_id), counts: told.find((each) => each.counts)?.counts });
    } catch (error) {
      setFailed(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <section className="part" aria-label={t("mapping.dry")} data-testid="dry-run">
      <header>
        <h2>{t("mapping.dry")}</h2>
        <div className="grow" />
        <Select
          size="small"
          aria-label={t("mapping.dry.days")}
          value={days}
          onChange={setDays}
          options={DAYS.map((count) => ({ value: count, label: t("mapping.dry.last", { count }) }))}
        />
        <Button size="small" icon={<ExperimentOutlined />} loading={busy} onClick={run}>
          {t("mapping.dry.run")}
        </Button>
      </header>
      <p className="faint">{t("mapping.dry.text")}</p>
      {failed !== null && <Trouble error={failed} />}
      {found && (
        <>
          <p className="dry-counts" role="status">
            {COUNTED.map((each) => (
              <span key={each}>
                {t(`mapping.dry.${each}`)} <b className="figure">{found.counts[each] ?? 0}</b>
              </span>
            ))}
          </p>
          <ul className="dry-lines">
            {found.lines.slice(0, SHOWN).map((each) => (
              <li key={each.message_id}>
                <b>{each.external_no}</b> <When at={each.received_at} /> {t(`mapping.became.${each.before}`)} →{" "}
                {t(`mapping.became.${each.after}`)}
                {each.refused_after && (
                  <span className="late">
                    {" "}
                    {i18n.language === "en" ? each.refused_after.en : each.refused_after.zh}
                  </span>
                )}
                {(each.changes ?? []).map((change) => (
                  <div key={change.field} className="faint">
                    {nameOf(change.field)}: <del>{String(change.before ?? "")}</del>{" "}
                    <ins>{String(change.after ?? "")}</ins>
                  </div>
                ))}
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
