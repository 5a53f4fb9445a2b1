import { PlayCircleOutlined } from "@ant-design/icons";
import { useMutation } from "@tanstack/react-query";
import { Alert, Button, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "~/client/language";
import { type Content, type Tried, trySample } from "~/features/channels/read";
import { Facts } from "~/ui/detail/DetailPage";
import { Trouble } from "~/ui/Trouble";

type Props = { channel: string; content: Content; payload?: string; put?: (payload: string) => void };

/** A message of the platform, tried on a channel's document: the order that it would become, or what is wrong. */
export function Sample({ channel, content, payload, put }: Props) {
  const { t } = useTranslation();
  const [own, setOwn] = useState("");
  const text = payload ?? own;
  const run = useMutation({ mutationFn: () => trySample(channel, content, text) });
  return (
    <div className="sample">
      <Input.TextArea
        className="code"
        autoSize={{ minRows: 5, maxRows: 14 }}
        placeholder={t("channels.sample.paste")}
        aria-label={t("channels.sample.paste")}
        value={text}
        onChange={(event) => (put ?? setOwn)(event.target.value)}
      />
      <Button
        icon={<PlayCircleOutlined />}
        disabled={!text.trim()}
        loading={run.isPending}
        onClick={() => run.mutate()}
      >
        {t("channels.sample.run")}
      </Button>
      {run.error && <Trouble error={run.error} />}
      {run.data && <Became tried={run.data} />}
    </div>
  );
}

function Became({ tried }: { tried: Tried }) {
  const { t } = useTranslation();
  const { language } = useLanguage();
  if (tried.refused)
    return (
      <Alert
        type="warning"
        showIcon
        role="status"
        title={t("channels.sample.waits")}
        description={
          tried.errors.length > 0
            ? tried.errors.map((each) => (
                <div key={`${each.field} ${each.row}`}>
                  <code>{each.field}</code> {each.told[language]}
                </div>
              ))
            : tried.refused[language]
        }
      />
    );
  return tried.made.map((each) => (
    <Alert
      key={each.external_no}
      type="success"
      showIcon
      role="status"
      title={t("channels.sample.becomes", { number: each.external_no })}
      description={
        <Facts
          facts={[
            ["channels.sample.consignee", [each.consignee?.name, each.consignee?.phone].filter(Boolean).join(" ")],
            [
              "channels.sample.place",
              [each.consignee?.province, each.consignee?.city, each.consignee?.district, each.consignee?.street]
                .filter(Boolean)
                .join(" "),
            ],
            [
              "channels.sample.goods",
              (each.lines ?? []).map((line) => `${line.sku} × ${Number(line.quantity)}`).join(t("channels.and")),
            ],
            ["channels.sample.total", each.total === null || each.total === undefined ? "" : String(each.total)],
          ]}
        />
      }
    />
  ));
}
