import { Input } from "antd";
import { useTranslation } from "react-i18next";

/** What stands in for the rules editor's code editor, which is large and would be taken from a foreign host. */
export enum MarkerSeverity {
  Hint = 1,
  Info = 2,
  Warning = 4,
  Error = 8,
}
export const loader = { config: () => undefined };
export const useMonaco = () => null;

type Props = { value?: string; onChange?: (value: string) => void; options?: { readOnly?: boolean } };

export function Editor({ value, onChange, options }: Props) {
  const { t } = useTranslation();
  return (
    <Input.TextArea
      className="source"
      aria-label={t("studio.source.title")}
      spellCheck={false}
      readOnly={options?.readOnly}
      style={{ height: "100%", minHeight: 160 }}
      value={value ?? ""}
      onChange={(event) => onChange?.(event.target.value)}
    />
  );
}

export function DiffEditor({ modified }: { modified?: string }) {
  return <Editor value={modified} options={{ readOnly: true }} />;
}
