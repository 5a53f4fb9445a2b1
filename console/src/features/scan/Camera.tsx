import { Alert } from "antd";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { reader } from "~/features/scan/reader";

const LOOK_MS = 120;
/** The same label is read again once it was out of sight for so long. */
const GONE_MS = 1_500;

type Lacking = "denied" | "busy" | "none" | "reader";

/** What a browser's refusal to open a camera means. */
function lacking(error: unknown): Lacking {
  const { name } = error as { name?: string };
  if (name === "NotAllowedError") return "denied";
  return name === "NotReadableError" ? "busy" : "none";
}

/** What the camera sees; each label that comes into sight is read once. */
export default function Camera({ read }: { read: (code: string) => void }) {
  const { t } = useTranslation();
  const video = useRef<HTMLVideoElement>(null);
  const [trouble, setTrouble] = useState<Lacking | null>(null);
  useEffect(() => {
    let over = false;
    let stream: MediaStream | undefined;
    const seen = new Map<string, number>();
    const look = async () => {
      const shown = video.current;
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" }, audio: false });
      if (over || !shown) return;
      shown.srcObject = stream;
      await shown.play();
      const finder = await reader().catch(() => null);
      if (!finder) return setTrouble("reader");
      while (!over) {
        for (const { rawValue } of await finder.detect(shown).catch(() => [])) {
          const last = seen.get(rawValue) ?? 0;
          seen.set(rawValue, performance.now());
          if (rawValue && performance.now() - last > GONE_MS) read(rawValue);
        }
        await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      }
    };
    look()
      .catch((error) => {
        if (!over) setTrouble(lacking(error));
      })
      .finally(() => over && stop());
    const stop = () => {
      for (const each of stream?.getTracks() ?? []) each.stop();
    };
    return () => {
      over = true;
      stop();
    };
  }, [read]);
  if (trouble) return <Alert type="warning" showIcon role="alert" title={t(`scan.camera.${trouble}`)} />;
  return (
    <div className="scan-camera">
      <video ref={video} playsInline muted aria-label={t("scan.camera.picture")} />
      <span aria-hidden />
    </div>
  );
}
