import { DisconnectOutlined } from "@ant-design/icons";
import { Link } from "@tanstack/react-router";
import { Button, Result } from "antd";
import { type ReactNode, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useConnection } from "~/client/connection";
import { useMay } from "~/client/session";
import type { Place } from "~/kit/places";

/** No such page. */
export function Lost() {
  const { t } = useTranslation();
  return <Result status="404" title={t("shell.lost.title")} subTitle={t("shell.lost.next")} extra={<Home />} />;
}

/** A page broke, or could not be fetched for want of a network; what was typed elsewhere is kept. */
export function Broken({ reset }: { error: unknown; reset: () => void }) {
  const { t } = useTranslation();
  const connection = useConnection();
  // A page that was not fetched is fetched by a new start only.
  if (connection === "offline" || connection === "away")
    return (
      <Result
        icon={<DisconnectOutlined />}
        title={t("shell.unfetched.title")}
        subTitle={t("shell.unfetched.next")}
        extra={<Button onClick={() => window.location.reload()}>{t("shell.again")}</Button>}
      />
    );
  return (
    <Result
      status="500"
      title={t("shell.broken.title")}
      subTitle={t("shell.broken.next")}
      extra={<Button onClick={reset}>{t("shell.again")}</Button>}
    />
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
    <Result
      status="403"
      title={t("shell.denied.title")}
      subTitle={t("shell.denied.next", { verb: place.verb })}
      extra={<Home />}
    />
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
