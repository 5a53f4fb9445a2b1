import { PauseCircleOutlined, PlayCircleOutlined } from "@ant-design/icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { Alert, Button, Empty } from "antd";
import { useTranslation } from "react-i18next";
import { useLanguage } from "~/client/language";
import { useNamed } from "~/client/names";
import { useMay } from "~/client/session";
import { Keys } from "~/features/channels/Keys";
import { Percent, State } from "~/features/channels/list";
import { Push } from "~/features/channels/Push";
import { type Content, type Health, pause, useBreakers, useDocument, useHealth } from "~/features/channels/read";
import { Sample } from "~/features/channels/Sample";
import { Source } from "~/features/channels/Source";
import { DetailPage, Facts, Part } from "~/ui/detail/DetailPage";
import { Trouble } from "~/ui/Trouble";
import { Span, When } from "~/ui/Words";
import "~/features/channels/channels.css";

const TONES: Record<string, "success" | "info" | "warning" | "error"> = {
  late: "warning",
  troubled: "warning",
  broken: "error",
};

/** One channel: how it does, where its platform pushes to, its source, its keys, and a message tried on it. */
export default function ChannelPage() {
  const { channel = "" } = useParams({ strict: false }) as { channel?: string };
  const { t } = useTranslation();
  const may = useMay();
  const named = useNamed();
  const client = useQueryClient();
  const asked = useHealth(channel);
  const document = useDocument(channel);
  const found = asked.data;
  const called = named("channels", channel);
  // One that was added just now is not among the names yet.
  const name = called === channel ? found?.name || channel : called;
  const content = (document.data as { content?: Content } | undefined)?.content;
  const turn = useMutation({
    mutationFn: (paused: boolean) => pause(channel, paused),
    onSuccess: () => client.invalidateQueries({ queryKey: ["channels"] }),
  });
  if (found === null) return <Empty className="detail-note" description={t("channels.unknown", { channel })} />;
  const connector = String(
    (content?.transport as { connector?: string } | undefined)?.connector ?? found?.connector ?? "",
  );
  return (
    <DetailPage
      asked={asked}
      back="/channels"
      name={name}
      marks={
        found && (
          <>
            {name !== channel && <span className="faint">{channel}</span>}
            <State state={found.state ?? "healthy"} t={t} />
          </>
        )
      }
      actions={
        found &&
        may("channels:write") && (
          <Button
            loading={turn.isPending}
            icon={found.paused ? <PlayCircleOutlined aria-hidden /> : <PauseCircleOutlined aria-hidden />}
            onClick={() => turn.mutate(!found.paused)}
          >
            {t(found.paused ? "channels.act.resume" : "channels.act.pause")}
          </Button>
        )
      }
      band={turn.error && <Trouble error={turn.error} />}
      tabs={
        found
          ? [
              { key: "health", title: "channels.tab.health", show: <Stands health={found} /> },
              { key: "push", title: "channels.tab.push", show: <Push channel={channel} /> },
              ...(connector || found.run_at
                ? [
                    {
                      key: "source",
                      title: "channels.tab.source",
                      show: <Source health={found} connector={connector} />,
                    },
                  ]
                : []),
              ...(may("keys:read")
                ? [{ key: "keys", title: "channels.tab.keys", show: <Keys channel={channel} /> }]
                : []),
              ...(content && may("channels:write")
                ? [
                    {
                      key: "try",
                      title: "channels.tab.try",
                      show: (
                        <Part title="channels.step.try">
                          <Sample channel={channel} content={content} />
                        </Part>
                      ),
                    },
                  ]
                : []),
            ]
          : []
      }
    />
  );
}

function Stands({ health }: { health: Health }) {
  const { t } = useTranslation();
  const { language } = useLanguage();
  const may = useMay();
  const breakers = useBreakers(health.channel);
  const { channel } = health;
  return (
    <>
      {health.why && (
        <Alert
          showIcon
          className="part-alert"
          type={TONES[health.state ?? ""] ?? "info"}
          title={health.why[language]}
          description={
            health.state_since && (
              <>
                {t("channels.since")} <When at={health.state_since} />
              </>
            )
          }
        />
      )}
      <Part title="channels.part.health">
        <Facts
          facts={[
            ["channels.column.last", <When key="last" at={health.last_message_at} />],
            ["channels.column.rate", t("channels.per_day", { count: health.messages_of_a_day })],
            ["channels.column.errors", <Percent key="errors" value={health.error_percent} />],
            ["channels.fact.unsigned", health.refused_of_a_day || ""],
            [
              "channels.column.latency",
              health.latency_seconds !== null && <Span key="latency" seconds={health.latency_seconds} />,
            ],
            ["channels.column.clean", <Percent key="clean" value={health.clean_percent} high={101} />],
            [
              "channels.column.waiting",
              health.waiting > 0 && (
                <Link key="waiting" to="/quarantine" search={{ channel } as never}>
                  {t("channels.waiting", { count: health.waiting })}
                </Link>
              ),
            ],
            ["channels.fact.platform", health.platform !== channel && health.platform],
          ]}
        />
        {may("documents:read") && <Link to={`/studio/channel/${channel}` as never}>{t("channels.edit_document")}</Link>}
      </Part>
      {(breakers.data ?? []).length > 0 && (
        <Part title="channels.part.breakers">
          <ul className="plain-list">
            {breakers.data?.map((each) => (
              <li key={each.breaker_id}>
                <b>{each.reason}</b> <span className="faint">{each.owner}</span>
              </li>
            ))}
          </ul>
        </Part>
      )}
    </>
  );
}
