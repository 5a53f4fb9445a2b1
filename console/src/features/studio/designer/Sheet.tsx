import { FileExcelOutlined } from "@ant-design/icons";
import { Alert, Button } from "antd";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { OURS } from "~/client/api";
import { Problem } from "~/client/problems";
import type { components } from "~/client/schema";
import { type FormContent, formOf } from "~/features/studio/designer/model";
import type { Owned } from "~/features/studio/designer/own";
import { Trouble } from "~/ui/Trouble";

type Proposed = components["schemas"]["orderloom.api.forms.Proposed"];
type Props = { name: string; form: FormContent; own: Owned; write: (form: FormContent) => void };

/** A form from a sheet that people send each other: its header names the fields, its rows their types. */
export function Sheet({ name, form, own, write }: Props) {
  const { t } = useTranslation();
  const chooser = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<unknown>(null);
  const [left, setLeft] = useState<string[] | null>(null);
  const take = async (file: File) => {
    setBusy(true);
    setFailed(null);
    try {
      const query = new URLSearchParams({
        name,
        subject: form.subject,
        channel: form.channel ?? "",
        title: form.zh,
        file_name: file.name,
      });
      const answer = await fetch(`/api/v1/forms/from-sheet?${query}`, {
        method: "POST",
        headers: { ...OURS, "Content-Type": "application/octet-stream" },
        body: file,
      });
      const told = await answer.json().catch(() => ({}));
      if (!answer.ok) throw new Problem(answer.status, told);
      const { drafts, left_out } = told as Proposed;
      for (const each of drafts) {
        if (each.kind === "fields") own.write(each.content);
        else write({ ...formOf(each.content), zh: form.zh, en: form.en, entries: form.entries });
      }
      setLeft(left_out);
    } catch (error) {
      setFailed(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <input
        ref={chooser}
        type="file"
        hidden
        aria-label={t("designer.sheet")}
        accept=".xlsx,.csv,.txt"
        onChange={(event) => {
          const file = event.target.files?.[0];
          if (file) take(file);
          event.target.value = "";
        }}
      />
      <Button icon={<FileExcelOutlined />} loading={busy} onClick={() => chooser.current?.click()}>
        {t("designer.sheet")}
      </Button>
      {failed !== null && <Trouble error={failed} />}
      {left && (
        <Alert
          type="success"
          showIcon
          closable
          title={left.length > 0 ? t("designer.sheet.left_out", { names: left.join(", ") }) : t("designer.sheet.done")}
        />
      )}
    </>
  );
}
