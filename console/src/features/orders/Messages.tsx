import { useQuery } from "@tanstack/react-query";
import { Button, Empty } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, told } from "~/client/api";
import { useNamed } from "~/client/names";
import { useMay } from "~/client/session";
import type { Detail } from "~/features/orders/read";
import { Badge } from "~/ui/Badge";
import { Trouble } from "~/ui/Trouble";
import { When } from "~/ui/Words";

type Message = Detail["timeline"]["messages"][number];

/** The raw messages that the order came from; opening one is written into the audit trail. */
export function Messages({ messages }: { messages: Message[] }) {
  const { t } = useTranslation();
  if (messages.length === 0) return <Empty description={t("orders.messages.none")} />;
  return messages.map((each) => <Raw key={each.message_id} message={each} />);
}

function Raw({ message }: { message: Message }) {
  const { t } = useTranslation();
  const named = useNamed();
  const may = useMay();
  const [opened, setOpened] = useState(false);
  const asked = useQuery({
    queryKey: ["messages", message.message_id],
    enabled: opened,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: ({ signal }) =>
      told(api.GET("/api/v1/messages/{message_id}", { params: { path: { message_id: message.message_id } }, signal })),
  });
  return (
    <section className="part">
      <header>
        <b>{named("channels", message.channel)}</b>
        <When at={message.received_at} />
        <Badge>{message.door}</Badge>
        <div className="grow" />
        {may("messages:open") && !opened && (
          <Button onClick={() => setOpened(true)}>{t("orders.messages.open")}</Button>
        )}
      </header>
      {asked.error && <Trouble error={asked.error} />}
      {asked.data && <pre className="raw">{pretty(asked.data.text)}</pre>}
    </section>
  );
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
