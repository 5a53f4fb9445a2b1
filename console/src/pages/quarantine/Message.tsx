import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { Alert, Button } from "antd";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "~/client/language";
import { useNamed } from "~/client/names";
import { Problem } from "~/client/problems";
import { useMay } from "~/client/session";
import { DISCARD, RESTORE } from "~/features/quarantine/list";
import { Mend } from "~/features/quarantine/Mend";
import { RawText } from "~/features/quarantine/RawText";
import { type Apart, type Changes, name, type Row, send, useApart, useTries } from "~/features/quarantine/read";
import { Tree } from "~/features/quarantine/Tree";
import { moments } from "~/features/quarantine/tries";
import { Badge } from "~/ui/Badge";
import { DetailPage, Facts, Part } from "~/ui/detail/DetailPage";
import { Timeline } from "~/ui/detail/Timeline";
import { Doing } from "~/ui/list/Doing";
import type { Action } from "~/ui/list/declaration";
import { Trouble } from "~/ui/Trouble";
import { When } from "~/ui/Words";
import "~/features/quarantine/quarantine.css";

/** One message that could not become an order: what came, what is wrong where, and mending it in place. */
export default function MessagePage() {
  const { message_id: messageId = "" } = useParams({ strict: false }) as { message_id?: string };
  const { t } = useTranslation();
  const { language } = useLanguage();
  const named = useNamed();
  const may = useMay();
  const client = useQueryClient();
  const asked = useApart(messageId);
  const tries = useTries(messageId);
  const [doing, setDoing] = useState<Action<Row> | null>(null);
  const row = asked.data?.message;
  const waits = row?.state === "quarantined";
  const action = row?.state === "discarded" ? RESTORE : waits ? DISCARD : null;
  const became = tries.data?.findLast((each) => each.order_no)?.order_no;
  return (
    <DetailPage
      asked={asked}
      back="/quarantine"
      name={row ? name(row) : ""}
      marks={
        row && (
          <>
            <Badge tone={waits ? "warn" : row.state === "done" ? "good" : "plain"}>
              {t(`quarantine.state.${row.state}`)}
            </Badge>
            {row.channel && <span>{named("channels", row.channel)}</span>}
            <When at={row.received_at} />
            {became && <Link to={`/orders/${encodeURIComponent(became)}`}>{became}</Link>}
          </>
        )
      }
      actions={
        action &&
        may(action.verb) && (
          <Button danger={action.danger} icon={<action.icon aria-hidden />} onClick={() => setDoing(action)}>
            {t(action.title)}
          </Button>
        )
      }
      tabs={
        asked.data
          ? [
              {
                key: "mend",
                title: "quarantine.tab.mend",
                show: (
                  <>
                    <Works key={messageId} apart={asked.data} waits={waits && may("messages:write")} />
                    {doing && row && (
                      <Doing
                        action={doing}
                        rows={[row]}
                        nameOf={name}
                        close={(changed) => {
                          setDoing(null);
                          if (changed) client.invalidateQueries({ queryKey: ["quarantine"] });
                          if (changed) client.invalidateQueries({ queryKey: ["list", "quarantine"] });
                        }}
                      />
                    )}
                  </>
                ),
              },
            ]
          : []
      }
      timeline={{
        title: "quarantine.tries",
        show: <Timeline moments={moments(tries.data ?? [], messageId, t, language)} />,
      }}
    />
  );
}

/** The mapping of a plain sheet that comes with the hub. */
const SHIPPED = "orders";

function Works({ apart, waits }: { apart: Apart; waits: boolean }) {
  const { t, i18n } = useTranslation();
  const { language } = useLanguage();
  const go = useNavigate();
  const client = useQueryClient();
  const row = apart.message;
  const door = `quarantine.door.${row.door}`;
  const [changes, setChanges] = useState<Changes>({});
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const leaves = useMemo(() => new Map(apart.leaves.map((each) => [each.place, each])), [apart]);
  const again = useMutation({
    mutationFn: (repair: { changes?: Changes; content?: unknown }) => send(row.message_id, repair),
    onSettled: () => {
      client.invalidateQueries({ queryKey: ["quarantine"] });
      client.invalidateQueries({ queryKey: ["list", "quarantine"] });
      client.invalidateQueries({ queryKey: ["facets", "quarantine"] });
    },
    onError: (error) => {
      const next = error instanceof Problem ? error.body.data?.message_id : undefined;
      if (typeof next === "string" && next !== row.message_id)
        go({ to: `/quarantine/${next}` as never, replace: true });
    },
  });
  if (again.data)
    return (
      <Alert
        type="success"
        showIcon
        role="status"
        title={t(again.data.repeated ? "quarantine.was_there" : "quarantine.became")}
        action={
          again.data.order_no && (
            <Link to={`/orders/${encodeURIComponent(again.data.order_no)}`}>{again.data.order_no}</Link>
          )
        }
      />
    );
  const all = () => setPicked(new Set(apart.leaves.filter((each) => each.target).map((each) => each.place)));
  return (
    <>
      {again.error && <Trouble error={again.error} />}
      <div className="apart">
        <Part title="quarantine.part.payload" end={apart.cut && <span className="faint">{t("quarantine.cut")}</span>}>
          <Tree
            apart={apart}
            leaves={leaves}
            picked={picked}
            pick={(place) => waits && setPicked((now) => new Set([...now, place]))}
          />
        </Part>
        <Part title={waits ? "quarantine.part.mend" : "quarantine.part.told"}>
          {waits && apart.shape !== "text" ? (
            <Mend
              apart={apart}
              picked={picked}
              changes={changes}
              change={setChanges}
              pickAll={all}
              sending={again.isPending}
              send={() => again.mutate(Object.keys(changes).length > 0 ? { changes } : {})}
            />
          ) : (
            <p>{row.told?.[language]}</p>
          )}
        </Part>
      </div>
      <Part title="quarantine.part.more">
        <Facts
          facts={[
            ["quarantine.fact.door", i18n.exists(door) ? t(door) : row.door],
            ["quarantine.fact.mapping", apart.mapping === SHIPPED ? t("imports.mapping_shipped") : apart.mapping],
            ["quarantine.fact.rows", row.row_count > 1 && row.row_count],
            [
              "quarantine.fact.import",
              row.import_id && (
                <Link key="import" to={`/imports/${row.import_id}`}>
                  {t("quarantine.fact.file")}
                </Link>
              ),
            ],
          ]}
        />
        <RawText
          messageId={row.message_id}
          waits={waits}
          sending={again.isPending}
          send={(content) => again.mutate({ content })}
        />
      </Part>
    </>
  );
}
