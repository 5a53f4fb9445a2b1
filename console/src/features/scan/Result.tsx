import {
  CheckCircleFilled,
  ClockCircleFilled,
  CloseCircleFilled,
  CopyFilled,
  QuestionCircleFilled,
  RollbackOutlined,
  ScanOutlined,
  SwapOutlined,
} from "@ant-design/icons";
import { Button } from "antd";
import type { ComponentType } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "~/client/language";
import { useNamed } from "~/client/names";
import { type Scan, STAGES, type Stage } from "~/features/scan/kept";
import type { Verdict } from "~/features/scan/sounds";

const ICONS: Record<Verdict, ComponentType<{ "aria-hidden"?: boolean }>> = {
  done: CheckCircleFilled,
  stored: ClockCircleFilled,
  repeated: CopyFilled,
  turn: SwapOutlined,
  unknown: QuestionCircleFilled,
  refused: CloseCircleFilled,
  reverted: RollbackOutlined,
};

/** What became of a scan, in one word. */
export function verdict(scan: Scan): Verdict {
  if (scan.state === "waiting") return "stored";
  if (scan.state !== "refused") return scan.state;
  if (scan.said?.code === "shipment.stage_out_of_turn") return "turn";
  return scan.said?.code === "shipment.unknown" ? "unknown" : "refused";
}

/** What to do about a scan, or what it was: in a few words that are read at arm's length. */
export function useTold(): (scan: Scan) => string {
  const { t } = useTranslation();
  const { language } = useLanguage();
  const named = useNamed();
  return (scan) => {
    const data = scan.said?.data ?? {};
    const stage = (name: unknown) => (STAGES.includes(name as Stage) ? t(`scan.stage.${name}`) : String(name ?? ""));
    switch (scan.state === "refused" ? scan.said?.code : scan.state) {
      case "waiting":
        return t("scan.told.stored");
      case "done":
        return t("scan.told.done", { stage: stage(scan.stage) });
      case "repeated":
        return t("scan.told.repeated", { stage: stage(scan.stage) });
      case "reverted":
        return t("scan.told.reverted", { stage: stage(scan.stage) });
      case "shipment.stage_out_of_turn":
        return t("scan.told.turn", { expected: stage(data.expected) });
      case "shipment.unknown":
        return t("scan.told.unknown");
      case "shipment.elsewhere":
        return t("scan.told.elsewhere", { warehouse: named("warehouses", String(data.warehouse)) });
      default:
        return scan.said?.[language] ?? "";
    }
  };
}

type Props = { scan: Scan | undefined; choose: (code: string) => void };

/** The last scan, so large that nobody has to come near: a colour, a sign, a word, and what it was. */
export function Result({ scan, choose }: Props) {
  const { t } = useTranslation();
  const told = useTold();
  if (!scan)
    return (
      <output className="scan-result">
        <ScanOutlined aria-hidden />
        <b>{t("scan.ready")}</b>
        <span>{t("scan.ready.how")}</span>
      </output>
    );
  const what = verdict(scan);
  const Icon = ICONS[what];
  const several = scan.said?.code === "shipment.several" ? scan.said.data?.shipment_nos : [];
  return (
    <output className={`scan-result scan-${what}`} key={scan.id + what}>
      <Icon aria-hidden />
      <b>{t(`scan.verdict.${what}`)}</b>
      <span className="code">{scan.shipment_no || scan.code}</span>
      <span>{told(scan)}</span>
      {Array.isArray(several) && several.length > 0 && (
        <span className="scan-several">
          {several.map((each) => (
            <Button key={each} size="large" onClick={() => choose(each)}>
              {each}
            </Button>
          ))}
        </span>
      )}
    </output>
  );
}
