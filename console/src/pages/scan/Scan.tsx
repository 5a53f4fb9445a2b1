import {
  CameraOutlined,
  CloseOutlined,
  MutedOutlined,
  PictureOutlined,
  ScanOutlined,
  SoundOutlined,
} from "@ant-design/icons";
import { Button, Segmented, Select } from "antd";
import { lazy, Suspense, useCallback, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNames } from "~/client/names";
import { useMay } from "~/client/session";
import { type Scan, STAGES, type Stage } from "~/features/scan/kept";
import { useScanner } from "~/features/scan/keys";
import { Last } from "~/features/scan/Last";
import { shrunk } from "~/features/scan/photo";
import { useQueue } from "~/features/scan/queue";
import { Result, verdict } from "~/features/scan/Result";
import { sound } from "~/features/scan/sounds";
import { Badge } from "~/ui/Badge";
import { Part } from "~/ui/detail/DetailPage";
import "~/features/scan/scan.css";
import "~/ui/detail/detail.css";

const Camera = lazy(() => import("~/features/scan/Camera"));
const KEPT = "orderloom.scan";
const CODE_MAX = 128;

type Chosen = { stage: Stage; warehouse: string; loud: boolean };

/** What was chosen on this device the last time. */
function chosen(): Chosen {
  const usual: Chosen = { stage: "picked", warehouse: "", loud: true };
  try {
    return { ...usual, ...JSON.parse(localStorage.getItem(KEPT) ?? "{}") };
  } catch {
    return usual;
  }
}

/** The scan page: a stage is chosen once, then labels are read, by scanner, camera or hand; without a network they wait. */
export default function ScanPage() {
  const { t } = useTranslation();
  const { warehouses } = useNames();
  const may = useMay();
  const box = useRef<HTMLInputElement>(null);
  const [own, setOwn] = useState(chosen);
  const [last, setLast] = useState<Scan>();
  const [looking, setLooking] = useState(false);
  const [photo, setPhoto] = useState<Blob>();
  const [trouble, setTrouble] = useState("");
  const put = (changed: Partial<Chosen>) => {
    const next = { ...own, ...changed };
    localStorage.setItem(KEPT, JSON.stringify(next));
    setOwn(next);
  };
  const known = Object.keys(warehouses);
  const only = known.length === 1 ? known[0] : undefined;
  const warehouse = only ?? (known.includes(own.warehouse) || known.length === 0 ? own.warehouse : "");
  const tell = (scan: Scan) => {
    setLast((shown) => (!shown || scan.at >= shown.at ? scan : shown));
    if (own.loud) sound(verdict(scan));
  };
  const queue = useQueue(tell);
  const { add } = queue;
  const loud = own.loud;
  const stage = own.stage;
  const read = useCallback(
    async (text: string) => {
      const code = text.normalize("NFKC").trim().slice(0, CODE_MAX);
      if (!code) return;
      setPhoto(undefined);
      const scan = await add({ code, stage, warehouse, photo });
      setLast((shown) => (shown?.id === scan.id ? shown : scan));
      // What is sent at once is heard when the hub has answered; what waits, or waited already, is heard now.
      if (loud && (scan.state === "repeated" || !navigator.onLine)) sound(verdict(scan));
      box.current?.focus({ preventScroll: true });
    },
    [add, stage, warehouse, photo, loud],
  );
  const latest = useRef(read);
  latest.current = read;
  const [reads] = useState(() => (code: string) => void latest.current(code));
  useScanner(box, reads);
  useEffect(() => box.current?.focus({ preventScroll: true }), []);
  return (
    <div className="scan">
      <header>
        <h1>{t("scan.title")}</h1>
        {queue.waiting > 0 && <Badge tone="warn">{t("scan.waiting", { count: queue.waiting })}</Badge>}
        <span className="grow" />
        <span className="scan-count" title={t("scan.hour.how")}>
          {t("scan.hour")} <b className="figure">{queue.hour}</b>
        </span>
        <Button
          type="text"
          icon={loud ? <SoundOutlined /> : <MutedOutlined />}
          aria-label={t(loud ? "scan.mute" : "scan.loud")}
          onClick={() => put({ loud: !loud })}
        />
      </header>
      <div className="scan-where">
        <Segmented<Stage>
          block
          size="large"
          aria-label={t("scan.stage")}
          value={stage}
          options={STAGES.map((value) => ({ value, label: t(`scan.stage.${value}`) }))}
          onChange={(value) => put({ stage: value })}
        />
        {!only && known.length > 0 && (
          <Select
            size="large"
            aria-label={t("scan.warehouse")}
            value={warehouse}
            options={[
              { value: "", label: t("scan.warehouse.any") },
              ...known.map((value) => ({ value, label: warehouses[value] ?? value })),
            ]}
            onChange={(value) => put({ warehouse: value })}
          />
        )}
      </div>
      <Result scan={last && (queue.scans.find((each) => each.id === last.id) ?? last)} choose={reads} />
      <form
        className="scan-box"
        onSubmit={(event) => {
          event.preventDefault();
          const code = box.current?.value ?? "";
          if (box.current) box.current.value = "";
          reads(code);
        }}
      >
        <input
          ref={box}
          maxLength={CODE_MAX}
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          enterKeyHint="done"
          placeholder={t("scan.box.how")}
          aria-label={t("scan.box")}
        />
        <Button htmlType="submit" type="primary" size="large" icon={<ScanOutlined />}>
          {t("scan.go")}
        </Button>
      </form>
      <div className="scan-tools">
        <Button icon={looking ? <CloseOutlined /> : <CameraOutlined />} onClick={() => setLooking(!looking)}>
          {t(looking ? "scan.camera.close" : "scan.camera.open")}
        </Button>
        {may("files:write") && (
          <label className="scan-photo">
            <PictureOutlined aria-hidden /> {t(photo ? "scan.photo.taken" : "scan.photo.take")}
            <input
              type="file"
              accept="image/*"
              capture="environment"
              onChange={(event) => {
                const [file] = event.target.files ?? [];
                event.target.value = "";
                setTrouble("");
                if (file) shrunk(file).then(setPhoto, () => setTrouble(t("scan.photo.odd")));
              }}
            />
          </label>
        )}
        {trouble && (
          <span className="late" role="alert">
            {trouble}
          </span>
        )}
      </div>
      {looking && (
        <Suspense>
          <Camera read={reads} />
        </Suspense>
      )}
      <Part title="scan.last">
        <Last queue={queue} />
      </Part>
    </div>
  );
}
