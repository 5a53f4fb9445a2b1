import { useQuery } from "@tanstack/react-query";
import { Alert, Button, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, told } from "~/client/api";
import { Trouble } from "~/ui/Trouble";

type Props = { messageId: string; waits: boolean; sending: boolean; send: (content: unknown) => void };

/** The message as it came, only when somebody asks for it; it can be mended as text. */
export function RawText({ messageId, waits, sending, send }: Props) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState(false);
  const [typed, setTyped] = useState<string | null>(null);
  const [wrong, setWrong] = useState(false);
  const raw = useQuery({
    queryKey: ["quarantine", messageId, "raw"],
    enabled: asked,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: ({ signal }) =>
      told(api.GET("/api/v1/messages/{message_id}", { params: { path: { message_id: messageId } }, signal })),
  });
  if (!asked) return <Button onClick={() => setAsked(true)}>{t("quarantine.raw.ask")}</Button>;
  if (raw.error) return <Trouble error={raw.error} />;
  if (!raw.data) return null;
  const given = pretty(raw.data.text);
  const go = () => {
    try {
      send(JSON.parse(typed ?? given));
    } catch {
      setWrong(true);
    }
  };
  return (
    <div className="mend">
      <Input.TextArea
        className="code raw-text"
        autoSize={{ minRows: 6, maxRows: 24 }}
        aria-label={t("quarantine.raw.title")}
        readOnly={!waits}
        value={typed ?? given}
        onChange={(event) => {
          setWrong(false);
          setTyped(event.target.value);
        }}
      />
      {wrong && <Alert type="error" role="alert" showIcon title={t("quarantine.raw.wrong")} />}
      {waits && typed !== null && typed !== given && (
        <Button type="primary" loading={sending} onClick={go}>
          {t("quarantine.raw.send")}
        </Button>
      )}
    </div>
  );
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
