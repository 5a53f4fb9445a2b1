import { DownloadOutlined } from "@ant-design/icons";
import { Link, useParams } from "@tanstack/react-router";
import { Alert, Button, Progress, Space } from "antd";
import { useTranslation } from "react-i18next";
import { useLanguage } from "~/client/language";
import { useNamed } from "~/client/names";
import { useMay } from "~/client/session";
import { percent, State } from "~/features/imports/list";
import { type Stands, useImport } from "~/features/imports/read";
import { count } from "~/kit/amounts";
import { useActor } from "~/ui/actors";
import { DetailPage, Facts, Part } from "~/ui/detail/DetailPage";
import { When } from "~/ui/Words";
import "~/features/imports/imports.css";

/** One import: how far it is, where its rows are, and the rows that did not go in as a sheet. */
export default function ImportPage() {
  const { import_id: importId = "" } = useParams({ strict: false }) as { import_id?: string };
  const { t } = useTranslation();
  const asked = useImport(importId);
  const found = asked.data;
  return (
    <DetailPage
      asked={asked}
      back="/imports"
      name={found?.imported.file_name ?? ""}
      marks={found && <State state={found.imported.state} t={t} />}
      tabs={found ? [{ key: "counts", title: "imports.tab.counts", show: <Counts found={found} /> }] : []}
    />
  );
}

function Counts({ found }: { found: Stands }) {
  const { t } = useTranslation();
  const { language, locale } = useLanguage();
  const named = useNamed();
  const actor = useActor();
  const may = useMay();
  const { imported, places } = found;
  const waits = places.quarantine ?? 0;
  const sheet = (form: string) => `/api/v1/imports/${imported.import_id}/errors?form=${form}`;
  const counts = ["orders", "amendments", "quarantine", "discarded", "repeated"] as const;
  return (
    <>
      <Part title="imports.part.progress">
        <Progress
          percent={percent(imported)}
          status={imported.state === "failed" ? "exception" : imported.state === "running" ? "active" : undefined}
          aria-label={t("imports.column.progress")}
        />
        <p className="faint" role="status">
          {t("imports.done_of", {
            done: count(imported.rows_done, locale),
            total: count(imported.rows_total, locale),
          })}{" "}
          {imported.state === "running" && t("imports.leave")}
        </p>
        {imported.told && (
          <Alert type="error" showIcon title={imported.told[language]} description={t("imports.failed_hint")} />
        )}
        <dl className="import-counts">
          {counts
            .filter((each) => each !== "discarded" || places.discarded)
            .map((each) => (
              <div key={each}>
                <dt>{t(`imports.count.${each}`)}</dt>
                <dd className="figure">{count(places[each] ?? 0, locale)}</dd>
              </div>
            ))}
        </dl>
        {waits > 0 && (
          <Space wrap>
            {may("messages:read") && (
              <Link to="/quarantine" search={{ import_id: imported.import_id } as never}>
                {t("imports.to_quarantine", { count: waits })}
              </Link>
            )}
            {may("messages:open") && (
              <>
                <Button icon={<DownloadOutlined />} href={sheet("xlsx")} download>
                  {t("imports.errors_xlsx")}
                </Button>
                <Button icon={<DownloadOutlined />} href={sheet("csv")} download>
                  {t("imports.errors_csv")}
                </Button>
              </>
            )}
          </Space>
        )}
        {waits > 0 && <p className="faint">{t("imports.errors_hint")}</p>}
      </Part>
      <Part title="imports.part.file">
        <Facts
          facts={[
            ["imports.column.channel", named("channels", imported.channel)],
            ["imports.column.actor", actor(imported.actor)],
            ["imports.column.created_at", <When key="created" at={imported.created_at} />],
            ["imports.finished", imported.finished_at && <When key="finished" at={imported.finished_at} />],
          ]}
        />
      </Part>
    </>
  );
}
