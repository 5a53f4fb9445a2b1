import { BugOutlined, DisconnectOutlined, FileSearchOutlined, LockOutlined } from "@ant-design/icons";
import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import { type ReactNode, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useConnection } from "~/client/connection";
import { useMay } from "~/client/session";
import type { Place } from "~/kit/places";
import { Instead } from "~/ui/Instead";

/** No such page. */
export function Lost() {
  const { t } = useTranslation();
  return (
    <Instead icon={<FileSearchOutlined />} title={t("shell.lost.title")} next={t("shell.lost.next")}>
      <Home />
    </Instead>
  );
}

/** A page broke, or could not be fetched for want of a network; what was typed elsewhere is kept. */
export function Broken({ reset }: { error: unknown; reset: () => void }) {
  const { t } = useTranslation();
  const connection = useConnection();
  // A page that was not fetched is fetched by a new start only.
  if (connection === "offline" || connection === "away")
    return (
      <Instead icon={<DisconnectOutlined />} title={t("shell.unfetched.title")} next={t("shell.unfetched.next")}>
        <Button onClick={() => window.location.reload()}>{t("shell.again")}</Button>
      </Instead>
    );
  return (
    <Instead icon={<BugOutlined />} title={t("shell.broken.title")} next={t("shell.broken.next")}>
      <Button onClick={reset}>{t("shell.again")}</Button>
    </Instead>
  );
}

/** A page for those who may; the others are told what they lack. Its title stands in the browser's tab. */
export function Allowed({ place, children }: { place: Place; children: ReactNode }) {
  const { t } = useTranslation();
  const may = useMay();
  const title = t(place.title);
  useEffect(() => {
    document.title = `${title} · ${t("shell.product")}`;
  }, [title, t]);
  if (may(place.verb)) return children;
  return (
    <Instead
      icon={<LockOutlined />}
      title={t("shell.denied.title")}
      next={t("shell.denied.next", { verb: place.verb })}
    >
      <Home />
    </Instead>
  );
}

function Home() {
  const { t } = useTranslation();
  return (
    <Link to="/">
      <Button type="primary">{t("shell.lost.home")}</Button>
    </Link>
  );
}
