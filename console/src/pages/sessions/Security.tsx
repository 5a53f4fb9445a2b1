import { useTranslation } from "react-i18next";
import { CodesCard, PasswordCard, PlacesCard } from "~/features/sessions/Security";
import "~/features/sessions/sessions.css";

/** One's own security: password, one-time codes, where one is signed in. */
export default function Security() {
  const { t } = useTranslation();
  return (
    <div className="security">
      <h1>{t("sessions.security.title")}</h1>
      <PasswordCard />
      <CodesCard />
      <PlacesCard />
    </div>
  );
}
