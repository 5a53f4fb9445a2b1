import { useParams, useSearch } from "@tanstack/react-router";
import { Spin } from "antd";
import { useTranslation } from "react-i18next";
import { DocumentView } from "~/features/studio/DocumentView";
import { useKinds, useLike, useWhole } from "~/features/studio/read";
import { Trouble } from "~/ui/Trouble";
import "~/features/studio/studio.css";

/** One document of any kind: write it, see what is wrong, try it, publish it, go back. */
export default function DocumentPage() {
  const { t } = useTranslation();
  const { kind = "", name = "" } = useParams({ strict: false }) as { kind?: string; name?: string };
  const kinds = useKinds();
  const { like = "", metric = "" } = useSearch({ strict: false }) as { like?: string; metric?: string };
  const shape = kinds.data?.find((each) => each.name === kind);
  const model = useLike(shape, like, metric);
  const asked = useWhole({ kind, name }, model.data);
  const error = kinds.error ?? model.error ?? asked.error;
  if (error) return <Trouble error={error} again={() => asked.refetch()} />;
  if (kinds.data && !shape) return <p className="detail-note">{t("studio.unknown_kind", { kind })}</p>;
  if (!shape || !asked.data)
    return (
      <div className="detail-note">
        <Spin />
      </div>
    );
  return <DocumentView key={`${kind}/${name}`} of={{ kind, name }} kind={shape} whole={asked.data} />;
}
