import { Empty } from "antd";
import { useTranslation } from "react-i18next";
import { Places } from "~/features/studio/Places";
import { type Content, type Key, useDiff } from "~/features/studio/read";
import { Part } from "~/ui/detail/DetailPage";
import { Trouble } from "~/ui/Trouble";

/** What the saved draft changes in what is in force, or one version in another. */
export function Differing(props: {
  of: Key;
  before: number;
  after: number;
  edition: number;
  unsaved: boolean;
  content: Content;
}) {
  const { t } = useTranslation();
  const asked = useDiff(props.of, props.before, props.after, props.edition);
  if (props.before === 0) return <Empty description={t("studio.diff.first")} />;
  if (props.after === 0 && props.edition === 0)
    return <Empty description={t(props.unsaved ? "studio.diff.unsaved" : "studio.diff.same")} />;
  if (asked.error) return <Trouble error={asked.error} again={() => asked.refetch()} />;
  if (!asked.data) return null;
  return (
    <>
      {props.unsaved && <p className="faint">{t("studio.diff.unsaved")}</p>}
      <Part title="studio.diff.content">
        <Places places={asked.data.content} content={props.content} />
      </Part>
      {asked.data.cases.length > 0 && (
        <Part title="studio.diff.cases">
          <Places places={asked.data.cases} />
        </Part>
      )}
    </>
  );
}
