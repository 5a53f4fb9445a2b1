import { BellOutlined, PlusOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button, Popover } from "antd";
import { useTranslation } from "react-i18next";
import { api, told } from "~/client/api";
import { useLanguage } from "~/client/language";
import { useMay } from "~/client/session";
import { Badge } from "~/ui/Badge";
import { Trouble } from "~/ui/Trouble";
import { When } from "~/ui/Words";

const NAME_MAX = 60;

/** The alerts in force that watch a metric, each with since when it stands or when it told people last. */
export function WatchList({ metric }: { metric: string }) {
  const { t } = useTranslation();
  const { language } = useLanguage();
  const may = useMay();
  const asked = useQuery({
    queryKey: ["alerts", "rules", metric],
    enabled: may("metrics:read"),
    queryFn: ({ signal }) => told(api.GET("/api/v1/alerts/rules", { params: { query: { metric } }, signal })),
  });
  if (asked.error) return <Trouble error={asked.error} again={() => asked.refetch()} />;
  const found = asked.data ?? [];
  const taken = new Set(found.map((each) => each.alert));
  const begun = `${metric.slice(0, NAME_MAX - 6)}_alert`;
  let name = begun;
  for (let number = 2; taken.has(name); number += 1) name = `${begun}_${number}`;
  return (
    <div className="watch">
      {found.length === 0 && <p className="faint">{t("alerts.none")}</p>}
      {found.map(({ alert, document, standing = 0, since, told_at }) => (
        <div key={alert} className="watch-one">
          {may("documents:read") ? (
            <Link to={`/studio/alert/${alert}` as "/"}>{document.title[language]}</Link>
          ) : (
            <span>{document.title[language]}</span>
          )}
          {standing > 0 ? (
            <Badge tone={document.level === "critical" ? "bad" : "warn"}>{t("alerts.stands")}</Badge>
          ) : (
            <Badge tone="good">{t("alerts.quiet")}</Badge>
          )}
          <span className="faint">
            {standing > 0 && since ? (
              <>
                {t("board.alarm.since")} <When at={since} />
              </>
            ) : told_at ? (
              <>
                {t("alerts.rang")} <When at={told_at} />
              </>
            ) : (
              t("alerts.never")
            )}
          </span>
        </div>
      ))}
      {may("documents:write") && (
        <Link to={`/studio/alert/${name}` as "/"} search={{ metric } as never}>
          <Button size="small" icon={<PlusOutlined />} tabIndex={-1}>
            {t("alerts.add")}
          </Button>
        </Link>
      )}
    </div>
  );
}

/** The bell of a card: what watches its metric, and the way to have it watched. */
export function Watch({ metric, title }: { metric: string; title: string }) {
  const { t } = useTranslation();
  const label = t("alerts.of", { title });
  return (
    <Popover
      trigger="click"
      placement="bottomRight"
      title={label}
      content={<WatchList metric={metric} />}
      destroyOnHidden
    >
      <Button type="text" size="small" icon={<BellOutlined />} aria-label={label} />
    </Popover>
  );
}
