import { Alert, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Content } from "~/features/studio/read";

/** The document as experts read and write it. What cannot be read yet is kept as it is typed and changes nothing. */
export function Source({ value, locked, write }: { value: Content; locked: boolean; write: (next: Content) => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState(() => JSON.stringify(value, null, 2));
  const [wrong, setWrong] = useState("");
  return (
    <>
      {wrong && <Alert type="warning" showIcon title={t("studio.source.wrong", { why: wrong })} />}
      <Input.TextArea
        className="source"
        aria-label={t("studio.source.title")}
        readOnly={locked}
        spellCheck={false}
        autoSize={{ minRows: 16, maxRows: 36 }}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          try {
            write(JSON.parse(event.target.value));
            setWrong("");
          } catch (error) {
            setWrong(error instanceof Error ? error.message : "");
          }
        }}
      />
    </>
  );
}
