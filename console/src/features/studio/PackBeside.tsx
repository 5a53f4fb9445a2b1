import { UploadOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Alert, Button, Empty, Select, Upload } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { told as answered, api, OURS } from "~/client/api";
import { useLanguage } from "~/client/language";
import { useNamed } from "~/client/names";
import { Away, Problem } from "~/client/problems";
import type { components } from "~/client/schema";
import { useMay } from "~/client/session";
import { Commenting } from "~/features/studio/Commenting";
import { titleOf } from "~/features/studio/list";
import { Places } from "~/features/studio/Places";
import type { Difference } from "~/features/studio/read";
import { useTitles } from "~/features/studio/titles";
import { Badge } from "~/ui/Badge";
import { Part } from "~/ui/detail/DetailPage";
import { useSaid } from "~/ui/Trouble";
import { Named } from "~/ui/Words";

type Comparison = components["schemas"]["Comparison"];
type Applied = components["schemas"]["Applied"];

async function send<T>(path: string, file: File): Promise<T> {
  const headers = { ...OURS, "Content-Type": "application/zip" };
  const answer = await fetch(`/api/v1/packs/${path}`, { method: "POST", headers, body: file }).catch(() => {
    throw new Away();
  });
  if (!answer.ok) throw new Problem(answer.status, await answer.json().catch(() => ({})));
  return answer.json();
}

/** A pack that comes with the hub, as the file it would be downloaded as. */
async function fetched(name: string, title: string): Promise<File> {
  const path = `/api/v1/packs/shipped/${encodeURIComponent(name)}`;
  const answer = await fetch(path, { headers: OURS }).catch(() => {
    throw new Away();
  });
  if (!answer.ok) throw new Problem(answer.status, await answer.json().catch(() => ({})));
  return new File([await answer.blob()], title, { type: "application/zip" });
}

/** A pack beside what is in force, and the two ways to take it over. */
export function PackBeside() {
  const { t } = useTranslation();
  const may = useMay();
  const said = useSaid();
  const named = useNamed();
  const called = useTitles();
  const { language } = useLanguage();
  const shipped = useQuery({
    queryKey: ["packs", "shipped"],
    queryFn: () => answered(api.GET("/api/v1/packs/shipped")),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const companies = (shipped.data ?? []).map((each) => ({
    value: each.name,
    label: each.title[language] ?? each.name,
  }));
  const [file, setFile] = useState<File | null>(null);
  const [told, setTold] = useState<Comparison | null>(null);
  const [applied, setApplied] = useState<Applied | null>(null);
  const [failed, setFailed] = useState<unknown>(null);
  const [asked, setAsked] = useState(false);
  const during = (work: Promise<unknown>) => {
    setFailed(null);
    work.catch(setFailed);
  };
  const choose = async (next: File) => {
    setFile(next);
    setTold(null);
    setApplied(null);
    setTold(await send<Comparison>("diff", next));
  };
  // What is only in the pack is called as the pack calls it.
  const titled = (each: Comparison["documents"][number]) => {
    const known = called(each);
    return known === each.name ? titleOf(each, language) : known;
  };
  const differing = (told?.documents ?? []).filter((each) => each.state !== "same");
  return (
    <Part title="studio.packs.apply">
      <p className="faint">{t("studio.packs.apply_text")}</p>
      <div className="backtest-ask">
        <Upload
          accept=".zip"
          showUploadList={false}
          beforeUpload={(next) => {
            during(choose(next));
            return false;
          }}
        >
          <Button icon={<UploadOutlined />}>{t("studio.packs.file")}</Button>
        </Upload>
        {companies.length > 0 && (
          <Select
            value={null}
            style={{ minWidth: 260, maxWidth: "100%" }}
            aria-label={t("studio.packs.company")}
            placeholder={t("studio.packs.company")}
            options={companies}
            onChange={(name: string | null, option) => {
              if (name) during(fetched(name, [option].flat()[0]?.label ?? name).then(choose));
            }}
          />
        )}
        {file && <span>{file.name}</span>}
      </div>
      {failed !== null && <Alert type="error" role="alert" showIcon title={said(failed)} />}
      {told && differing.length === 0 && <Empty description={t("studio.packs.same")} />}
      {file && differing.length > 0 && !applied && (
        <div className="backtest-ask">
          <b>{t("studio.packs.differs", { count: differing.length })}</b>
          <Button onClick={() => during(send<Applied>("apply", file).then(setApplied))}>
            {t("studio.packs.drafts")}
          </Button>
          {may("documents:publish") && (
            <Button type="primary" onClick={() => setAsked(true)}>
              {t("studio.packs.publish")}
            </Button>
          )}
        </div>
      )}
      {applied && (
        <Alert
          type="success"
          showIcon
          title={t(applied.published ? "studio.packs.published" : "studio.packs.kept", {
            count: applied.published ? applied.published.published.length : (applied.drafts ?? []).length,
          })}
        />
      )}
      {differing.map((each) => (
        <details key={`${each.kind}/${each.name}`}>
          <summary>
            <Badge>{named("kinds", each.kind)}</Badge> <Named name={titled(each)} code={each.name} />{" "}
            <Badge tone="way">{t(`studio.pack.${each.state}`)}</Badge>
          </summary>
          <Places places={(each.content ?? []) as Difference[]} />
        </details>
      ))}
      {asked && file && (
        <Commenting
          title={t("studio.packs.publish")}
          text={t("studio.packs.publish_text", { count: differing.length })}
          ok={t("studio.packs.publish")}
          run={async (comment) =>
            setApplied(await send<Applied>(`apply?publish=true&comment=${encodeURIComponent(comment)}`, file))
          }
          close={() => setAsked(false)}
        />
      )}
    </Part>
  );
}
