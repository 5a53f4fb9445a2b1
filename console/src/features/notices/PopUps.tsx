import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { useLanguage } from "~/client/language";
import { useMark, useUrgent } from "~/features/notices/read";
import { When } from "~/ui/Words";
import "~/features/notices/notices.css";

/** What is urgent comes up before whatever page one is at, and stays until it was seen. */
export function PopUps() {
  const { t } = useTranslation();
  const { language } = useLanguage();
  const mark = useMark();
  const urgent = useUrgent();
  if (urgent.length === 0) return null;
  return (
    <aside className="pop-ups" role="alert" aria-label={t("notices.urgent")}>
      {urgent.map((each) => (
        <article key={each.notice_id} className="pop-up">
          <header>
            <b>{each.title[language]}</b>
            <When at={each.at} />
          </header>
          <p>{each.text[language]}</p>
          <footer>
            <Link to={"/notices" as "/"}>{t("notices.look")}</Link>
            <Button size="small" type="primary" onClick={() => mark([each])}>
              {t("notices.noted")}
            </Button>
          </footer>
        </article>
      ))}
    </aside>
  );
}
