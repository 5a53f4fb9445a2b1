import { CameraFilled } from "@ant-design/icons";
import { Link } from "@tanstack/react-router";
import { Button, Empty } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "~/client/language";
import { useMay } from "~/client/session";
import type { Scan } from "~/features/scan/kept";
import type { useQueue } from "~/features/scan/queue";
import { useTold, verdict } from "~/features/scan/Result";
import type { Verdict } from "~/features/scan/sounds";
import { Badge, type Tone } from "~/ui/Badge";
import { Reverting, revertible } from "~/ui/Reverting";
import { When } from "~/ui/Words";

const TONES: Record<Verdict, Tone> = {
  done: "good",
  stored: "warn",
  repeated: "plain",
  turn: "bad",
  unknown: "bad",
  refused: "bad",
  reverted: "plain",
};

/** The last scans of this device: what became of each, and how to take back what was not sent yet. */
export function Last({ queue }: { queue: ReturnType<typeof useQueue> }) {
  const { t } = useTranslation();
  if (queue.scans.length === 0) return <Empty description={t("scan.last.none")} />;
  return (
    <ul className="scan-last">
      {queue.scans.map((each) => (
        <Line key={each.id} scan={each} queue={queue} />
      ))}
    </ul>
  );
}

function Line({ scan, queue }: { scan: Scan; queue: ReturnType<typeof useQueue> }) {
  const { t } = useTranslation();
  const may = useMay();
  const told = useTold();
  const what = verdict(scan);
  const { language } = useLanguage();
  const [reverting, setReverting] = useState(false);
  const number = scan.shipment_no || scan.code;
  const { stage } = scan;
  const fresh = Date.now() < Date.parse(scan.revert_until ?? "") || may("shipments:revert");
  return (
    <li>
      <Badge tone={TONES[what]}>{t(`scan.verdict.${what}`)}</Badge>
      {scan.order_no && may("orders:read") ? (
        <Link to={`/orders/${encodeURIComponent(scan.order_no)}`} className="code">
          {number}
        </Link>
      ) : (
        <span className="code">{number}</span>
      )}
      {(scan.photo || scan.file_id) && <CameraFilled aria-label={t("scan.photo.with")} />}
      <span className="grow" />
      <span className="faint">{t(`scan.stage.${scan.stage}`)}</span>
      <When at={scan.at} />
      {scan.state === "refused" && (
        <span className="scan-why">
          <span className="late">{told(scan)}</span>
          <span className="grow" />
          <Button size="small" onClick={() => queue.again(scan.id)}>
            {t("scan.again")}
          </Button>
          <Button size="small" type="text" onClick={() => queue.drop(scan.id)}>
            {t("scan.drop")}
          </Button>
        </span>
      )}
      {scan.photo_said && (
        <span className="scan-why late">{t("scan.photo.refused", { why: scan.photo_said[language] })}</span>
      )}
      {scan.state === "done" && scan.shipment_no && fresh && revertible(stage) && (
        <Button size="small" type="text" onClick={() => setReverting(true)}>
          {t("revert.short")}
        </Button>
      )}
      {reverting && scan.shipment_no && (
        <Reverting
          confirmed={{ shipment_no: scan.shipment_no, stage }}
          close={() => setReverting(false)}
          done={() => queue.reverted(scan.id)}
        />
      )}
      {scan.state === "waiting" && !scan.batch && (
        <Button size="small" onClick={() => queue.drop(scan.id)}>
          {t("scan.undo")}
        </Button>
      )}
    </li>
  );
}
