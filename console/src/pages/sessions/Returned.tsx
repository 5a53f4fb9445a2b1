import { useParams } from "@tanstack/react-router";
import { Button, Spin } from "antd";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Entrance } from "~/features/sessions/Entrance";
import { handOn, wanted } from "~/features/sessions/read";
import { Trouble } from "~/ui/Trouble";

/** Where a provider sends people back to: signs them in, or says why not. */
export default function Returned() {
  const { t } = useTranslation();
  const { provider = "" } = useParams({ strict: false }) as { provider?: string };
  const [failed, setFailed] = useState<unknown>(null);
  // What stands in the address is good for one try.
  const tried = useRef(false);
  useEffect(() => {
    if (tried.current) return;
    tried.current = true;
    handOn(provider).catch(setFailed);
  }, [provider]);
  return (
    <Entrance title={t("sessions.returning")}>
      {failed ? (
        <>
          <Trouble error={failed} />
          <Button type="primary" block className="entrance-go" onClick={() => window.location.replace(wanted())}>
            {t("sessions.to_sign_in")}
          </Button>
        </>
      ) : (
        <Spin className="entrance-spin" />
      )}
    </Entrance>
  );
}
