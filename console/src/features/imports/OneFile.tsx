import { DeleteOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button, Spin } from "antd";
import { useTranslation } from "react-i18next";
import { State } from "~/features/imports/list";
import { Preview } from "~/features/imports/Preview";
import { isPreview, send, type Uploaded, type Wanted } from "~/features/imports/read";
import { count } from "~/kit/amounts";
import { Badge } from "~/ui/Badge";
import { Trouble } from "~/ui/Trouble";

const KIB = 1024;

export type Chosen = { key: string; file: File; sent?: Uploaded; error?: unknown };
type Props = { chosen: Chosen; wanted: Wanted; drop: () => void };

/** A file that somebody chose: what it would do by what is chosen now, and then what became of it. */
export function OneFile({ chosen, wanted, drop }: Props) {
  const { t, i18n } = useTranslation();
  const asked = useQuery({
    queryKey: ["imports", "preview", chosen.key, wanted],
    enabled: wanted.channel !== "" && !chosen.sent,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
    queryFn: () => send(chosen.file, wanted, true),
  });
  const { sent } = chosen;
  const head = (
    <span className="file-head">
      <b>{chosen.file.name}</b>
      <span className="faint">
        {t("imports.kib", { size: count(Math.ceil(chosen.file.size / KIB), i18n.language) })}
      </span>
      {sent && <State state={sent.imported.state} t={t} />}
      {sent?.again && <Badge>{t("imports.again")}</Badge>}
      {sent && <Link to={`/imports/${sent.imported.import_id}`}>{t("imports.follow")}</Link>}
    </span>
  );
  return (
    <section className="part" aria-label={chosen.file.name}>
      <header>
        {head}
        <span className="grow" />
        {!sent && (
          <Button
            type="text"
            size="small"
            icon={<DeleteOutlined />}
            aria-label={t("imports.drop", { name: chosen.file.name })}
            onClick={drop}
          />
        )}
      </header>
      {chosen.error !== undefined && <Trouble error={chosen.error} />}
      {wanted.channel === "" && <p className="faint">{t("imports.channel_first")}</p>}
      {asked.isFetching && <Spin />}
      {asked.error && <Trouble error={asked.error} again={() => asked.refetch()} />}
      {!sent && asked.data && isPreview(asked.data) && <Preview shown={asked.data} />}
    </section>
  );
}
