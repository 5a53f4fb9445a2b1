import { InboxOutlined } from "@ant-design/icons";
import { useQueryClient } from "@tanstack/react-query";
import { Button, Checkbox, Input, Select, Upload } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNames } from "~/client/names";
import { useMay } from "~/client/session";
import { type Chosen, OneFile } from "~/features/imports/OneFile";
import { send, type Uploaded, useMappings, type Wanted } from "~/features/imports/read";
import { useNarrowed } from "~/ui/list/useList";
import "~/features/imports/imports.css";
import "~/ui/detail/detail.css";

const CHANNEL = "orderloom.imports.channel";
const KINDS = ".csv,.txt,.tsv,.xlsx,.zip,.gz";

/** Bring files: what each would do is shown first; then they are imported by a job that goes on without this page. */
export default function NewImport() {
  const { t } = useTranslation();
  const { channels } = useNames();
  const may = useMay();
  const client = useQueryClient();
  const mappings = useMappings();
  const [search] = useNarrowed();
  const [wanted, setWanted] = useState<Wanted>({ channel: search.channel ?? localStorage.getItem(CHANNEL) ?? "" });
  const [files, setFiles] = useState<Chosen[]>([]);
  const [running, setRunning] = useState(false);
  const put = (changed: Partial<Wanted>) => setWanted((now) => ({ ...now, ...changed }));
  const left = files.filter((each) => !each.sent);
  const mark = (key: string, change: Partial<Chosen>) =>
    setFiles((now) => now.map((each) => (each.key === key ? { ...each, ...change } : each)));
  const go = async () => {
    setRunning(true);
    for (const each of left) {
      try {
        const sent = (await send(each.file, wanted, false)) as Uploaded;
        mark(each.key, { sent, error: undefined });
      } catch (error) {
        mark(each.key, { error });
      }
    }
    setRunning(false);
    client.invalidateQueries({ queryKey: ["list", "imports"] });
  };
  return (
    <section className="import-new" aria-label={t("imports.new")}>
      <h1>{t("imports.new")}</h1>
      <div className="import-choices">
        <Select
          showSearch={{ optionFilterProp: "label" }}
          aria-label={t("imports.column.channel")}
          placeholder={t("imports.choose_channel")}
          value={wanted.channel || undefined}
          options={Object.entries(channels).map(([value, label]) => ({ value, label: label || value }))}
          onChange={(channel) => {
            localStorage.setItem(CHANNEL, channel);
            put({ channel });
          }}
        />
        <Select
          allowClear
          aria-label={t("imports.fact.mapping")}
          placeholder={t("imports.mapping_found")}
          value={wanted.mapping || undefined}
          options={(mappings.data ?? []).map(({ mapping, name, channel }) => ({
            value: mapping,
            label: channel ? t("imports.mapping_of", { name }) : t("imports.mapping_shipped"),
          }))}
          onChange={(mapping) => put({ mapping })}
        />
        <Input
          className="import-sheet"
          style={{ width: 160 }}
          allowClear
          placeholder={t("imports.sheet")}
          aria-label={t("imports.sheet")}
          onBlur={(event) => put({ sheet: event.target.value.trim() || undefined })}
        />
        {may("skus:write") && (
          <Checkbox checked={wanted.create_skus} onChange={(event) => put({ create_skus: event.target.checked })}>
            {t("imports.create_skus")}
          </Checkbox>
        )}
        <Checkbox checked={wanted.history} onChange={(event) => put({ history: event.target.checked })}>
          {t("imports.history")}
        </Checkbox>
      </div>
      <Upload.Dragger
        multiple
        accept={KINDS}
        showUploadList={false}
        beforeUpload={(file) => {
          setFiles((now) => [...now, { key: crypto.randomUUID(), file }]);
          return false;
        }}
      >
        <p className="ant-upload-drag-icon">
          <InboxOutlined aria-hidden />
        </p>
        <p>{t("imports.drag")}</p>
        <p className="faint">{t("imports.drag_hint")}</p>
      </Upload.Dragger>
      {files.map((each) => (
        <OneFile
          key={each.key}
          chosen={each}
          wanted={wanted}
          drop={() => setFiles((now) => now.filter((other) => other.key !== each.key))}
        />
      ))}
      {files.length > 0 && (
        <div className="import-choices">
          <Button
            type="primary"
            size="large"
            loading={running}
            disabled={wanted.channel === "" || left.length === 0}
            onClick={go}
          >
            {t("imports.go", { count: left.length })}
          </Button>
          <span className="faint">{t("imports.leave")}</span>
        </div>
      )}
    </section>
  );
}
