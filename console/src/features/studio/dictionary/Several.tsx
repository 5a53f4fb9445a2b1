import { UnorderedListOutlined } from "@ant-design/icons";
import { Button, Input, Modal } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { freshField, type Saying, TYPES, type Type } from "~/features/studio/designer/model";
import type { FieldShown } from "~/ui/form/definition";

type Props = { fields: FieldShown[]; say: Saying; add: (made: FieldShown[]) => void };
const APART = /[\t,，;；]/;
const LONG_MAX = 100;
const NAME_MAX = 40;

/** "Gift combo" as the name that rules and messages call the field by; none where it says nothing of its own. */
function nameOf(english: string | undefined, taken: readonly string[]): string | undefined {
  const name = (english ?? "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^[^a-z]+|_+$/g, "");
  return name && name.length <= NAME_MAX && !taken.includes(name) ? name : undefined;
}

/** Many fields at once: one a line, as they are copied from a sheet: what it is called, its type, its English name. */
export function Several({ fields, say, add }: Props) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const [text, setText] = useState("");
  const types = new Map<string, Type>(
    TYPES.flatMap((type) => [
      [type, type],
      [say(`designer.type.${type}`).zh, type],
      [say(`designer.type.${type}`).en.toLowerCase(), type],
    ]),
  );
  const lines = text.split("\n").map((line) => line.split(APART).map((part) => part.trim().slice(0, LONG_MAX)));
  const told = lines.filter(([name]) => name);
  const typeOf = (word: string | undefined) => types.get((word ?? "").toLowerCase());
  const strange = [...new Set(told.flatMap(([, type]) => (type && !typeOf(type) ? [type] : [])))];
  const done = () => {
    const taken = fields.map((each) => each.name);
    const made = told.map(([zh = "", type, en]) => {
      const field = freshField(typeOf(type) ?? "text", say, taken);
      const name = nameOf(en, taken) ?? field.name;
      taken.push(name);
      return { ...field, name, zh, en: en || zh };
    });
    add(made);
    setOpen(false);
    setText("");
  };
  return (
    <>
      <Button icon={<UnorderedListOutlined />} onClick={() => setOpen(true)}>
        {t("dictionary.several")}
      </Button>
      <Modal
        open={open}
        title={t("dictionary.several")}
        okText={t("dictionary.several.ok", { count: told.length })}
        cancelText={t("shell.cancel")}
        okButtonProps={{ disabled: told.length === 0 || strange.length > 0 }}
        onOk={done}
        onCancel={() => setOpen(false)}
      >
        <p className="faint">
          {t("dictionary.several.text", {
            types: TYPES.map((type) => t(`designer.type.${type}`)).join(t("studio.sheet.comma")),
          })}
        </p>
        <Input.TextArea
          autoFocus
          aria-label={t("dictionary.several")}
          placeholder={t("dictionary.several.example")}
          autoSize={{ minRows: 8, maxRows: 16 }}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        {strange.length > 0 && (
          <div className="form-wrong form-error" role="alert">
            {t("dictionary.several.strange", { types: strange.join(t("studio.sheet.comma")) })}
          </div>
        )}
      </Modal>
    </>
  );
}
