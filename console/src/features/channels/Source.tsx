import { SyncOutlined } from "@ant-design/icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button, Form, Input } from "antd";
import { useTranslation } from "react-i18next";
import { useMay } from "~/client/session";
import { catchUp, type Health, keepAccount, useAccounts, useRuns } from "~/features/channels/read";
import { Facts, Part } from "~/ui/detail/DetailPage";
import { Trouble } from "~/ui/Trouble";
import { Span, When } from "~/ui/Words";

type Schema = { $ref?: string; $defs?: Record<string, { required?: string[] }>; required?: string[] };

/** The source's own list: how it is reached, how far it was asked, asked now; what each run found. */
export function Source({ health, connector }: { health: Health; connector: string }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const client = useQueryClient();
  const may = useMay()("channels:write");
  const { channel } = health;
  const runs = useRuns(channel);
  const now = useMutation({
    mutationFn: () => catchUp(channel),
    onSuccess: () => {
      message.success(t("channels.catch_up.asked"));
      client.invalidateQueries({ queryKey: ["channels"] });
    },
  });
  return (
    <>
      <Part
        title="channels.part.source"
        end={
          may &&
          health.connector && (
            <Button size="small" icon={<SyncOutlined />} loading={now.isPending} onClick={() => now.mutate()}>
              {t("channels.act.catch_up")}
            </Button>
          )
        }
      >
        {now.error && <Trouble error={now.error} />}
        <Facts
          facts={[
            ["channels.fact.connector", connector],
            ["channels.fact.caught_up", health.caught_up_to && <When key="to" at={health.caught_up_to} />],
            [
              "channels.fact.lag",
              health.lag_seconds !== null && health.lag_seconds !== undefined && (
                <Span key="lag" seconds={health.lag_seconds} />
              ),
            ],
            ["channels.fact.missed", health.missed || ""],
          ]}
        />
        {may && connector && <Account channel={channel} connector={connector} kept={health.connector !== null} />}
      </Part>
      <Part title="channels.part.runs">
        {runs.data?.length === 0 && <p className="faint">{t("channels.runs.none")}</p>}
        <ul className="plain-list">
          {runs.data?.map((each) => (
            <li key={each.run_id}>
              <When at={each.started_at} />
              <span>
                {t("channels.runs.found", { listed: each.listed, missed: each.missed, refused: each.refused })}
              </span>
              {each.problem && <span className="late">{each.problem}</span>}
            </li>
          ))}
        </ul>
      </Part>
    </>
  );
}

/** The access that a connector asks for; what is kept is never shown. */
function Account({ channel, connector, kept }: { channel: string; connector: string; kept: boolean }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [form] = Form.useForm<Record<string, string>>();
  const accounts = useAccounts();
  const keep = useMutation({
    mutationFn: (account: Record<string, string>) => keepAccount(channel, account),
    onSuccess: () => {
      form.resetFields();
      client.invalidateQueries({ queryKey: ["channels"] });
    },
  });
  const schema = accounts.data?.find((each) => each.connector === connector)?.schema as Schema | undefined;
  const shape = schema?.$ref ? schema.$defs?.[schema.$ref.split("/").pop() ?? ""] : schema;
  const asked = shape?.required ?? [];
  if (asked.length === 0) return null;
  return (
    <Form form={form} layout="vertical" className="account" onFinish={(account) => keep.mutate(account)}>
      {asked.map((each) => (
        <Form.Item key={each} name={each} label={each} rules={[{ required: true, message: t("list.doing.needed") }]}>
          <Input.Password autoComplete="new-password" visibilityToggle={false} />
        </Form.Item>
      ))}
      {keep.error && <Trouble error={keep.error} />}
      <Button htmlType="submit" loading={keep.isPending}>
        {t(kept ? "channels.account.replace" : "channels.account.keep")}
      </Button>
    </Form>
  );
}
