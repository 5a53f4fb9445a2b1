import { SendOutlined, UploadOutlined } from "@ant-design/icons";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Input, Modal, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, told } from "~/client/api";
import { useLanguage } from "~/client/language";
import { useNames } from "~/client/names";
import { useMay } from "~/client/session";
import { type Mapping, pasted } from "~/features/studio/mapping/model";
import { short } from "~/kit/times";
import { Trouble } from "~/ui/Trouble";

export type Chosen = { id: string; waits: boolean; payload: unknown };
type Props = { name: string; chosen: Chosen | null; choose: (chosen: Chosen | null) => void; mapping: Mapping };
const COUNT = 30;
const DAYS = 3;

/** Which message stands beside the mapping: one that waits, one that came, or one that is pasted. */
export function Payload({ name, chosen, choose, mapping }: Props) {
  const { t } = useTranslation();
  const { language, locale } = useLanguage();
  const { zone } = useNames();
  const may = useMay();
  const client = useQueryClient();
  const [failed, setFailed] = useState<unknown>(null);
  const [sent, setSent] = useState("");
  const [pasting, setPasting] = useState<string | null>(null);
  const [unread, setUnread] = useState(false);
  const open = may("messages:open");
  const asked = useQuery({
    queryKey: ["mapping", "messages", name],
    enabled: open,
    queryFn: async ({ signal }) => {
      const lately = new Date(Date.now() - DAYS * 86_400_000).toISOString();
      const page = (state: "quarantined" | "done") =>
        told(
          api.GET("/api/v1/messages", {
            params: {
              query: { state, channel: name, count: COUNT, ...(state === "done" && { received_from: lately }) },
            },
            signal,
          }),
        );
      const [waiting, done] = await Promise.all([page("quarantined"), page("done")]);
      return [...waiting.rows, ...done.rows.filter((each) => each.door !== "http")];
    },
  });
  const take = async (id: string) => {
    setFailed(null);
    setSent("");
    try {
      const path = { message_id: id };
      const found = await told(api.GET("/api/v1/messages/{message_id}", { params: { path } }));
      choose({ id, waits: found.message.state === "quarantined", payload: pasted(found.text) });
    } catch (error) {
      setFailed(error);
    }
  };
  const paste = () => {
    try {
      choose({ id: "", waits: false, payload: pasted(pasting ?? "") });
      setPasting(null);
      setUnread(false);
    } catch {
      setUnread(true);
    }
  };
  const send = async () => {
    if (!chosen) return;
    setFailed(null);
    try {
      const path = { message_id: chosen.id };
      const body = { mapping } as never;
      const made = await told(api.POST("/api/v1/messages/{message_id}/send", { params: { path }, body }));
      setSent(made.order_no ?? "");
      choose({ ...chosen, waits: false });
      client.invalidateQueries({ queryKey: ["mapping", "messages", name] });
    } catch (error) {
      setFailed(error);
    }
  };
  const said = (words: { zh: string; en: string } | null | undefined) => words?.[language] ?? "";
  return (
    <div className="mapping-head">
      {open && (
        <Select
          className="mapping-message"
          aria-label={t("mapping.message")}
          placeholder={t(asked.data?.length === 0 ? "mapping.message.none" : "mapping.message")}
          loading={asked.isPending}
          value={chosen?.id || undefined}
          onChange={take}
          options={(asked.data ?? []).map((each) => ({
            value: each.message_id,
            label: [
              t(each.state === "quarantined" ? "mapping.waits" : "mapping.came"),
              short(each.received_at, locale, zone),
              each.external_no,
              said(each.told),
            ]
              .filter(Boolean)
              .join(" · "),
          }))}
        />
      )}
      <Button icon={<UploadOutlined />} onClick={() => setPasting("")}>
        {t("mapping.paste")}
      </Button>
      {chosen?.waits && may("messages:write") && (
        <Button type="primary" icon={<SendOutlined />} onClick={send}>
          {t("mapping.send")}
        </Button>
      )}
      {sent && (
        <Alert
          type="success"
          showIcon
          role="status"
          title={t("mapping.sent", { no: sent })}
          action={<a href={`/orders/${sent}`}>{sent}</a>}
        />
      )}
      {failed !== null && <Trouble error={failed} />}
      <Modal
        open={pasting !== null}
        title={t("mapping.paste")}
        okText={t("mapping.paste.ok")}
        cancelText={t("shell.cancel")}
        onOk={paste}
        onCancel={() => setPasting(null)}
      >
        <p className="faint">{t("mapping.paste.text")}</p>
        <input
          type="file"
          aria-label={t("mapping.paste.file")}
          accept=".json,.csv,.txt"
          onChange={async (event) => setPasting((await event.target.files?.[0]?.text()) ?? "")}
        />
        <Input.TextArea
          aria-label={t("mapping.paste")}
          className="source"
          autoSize={{ minRows: 8, maxRows: 18 }}
          value={pasting ?? ""}
          onChange={(event) => setPasting(event.target.value)}
        />
        {unread && <Alert type="error" showIcon role="alert" title={t("mapping.paste.unread")} />}
      </Modal>
    </div>
  );
}
