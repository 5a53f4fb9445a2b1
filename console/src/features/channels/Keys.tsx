import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Popconfirm } from "antd";
import { useTranslation } from "react-i18next";
import { useMay } from "~/client/session";
import { Copied } from "~/features/channels/Push";
import { type Key, makeKey, revokeKey, useKeys } from "~/features/channels/read";
import { Part } from "~/ui/detail/DetailPage";
import { Trouble } from "~/ui/Trouble";
import { Code, When } from "~/ui/Words";

/** The keys by which programs bring this channel's orders: made, replaced, ended; shown once. */
export function Keys({ channel }: { channel: string }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const may = useMay()("keys:write");
  const asked = useKeys(channel);
  const done = () => client.invalidateQueries({ queryKey: ["keys"] });
  const make = useMutation({ mutationFn: () => makeKey(channel, channel), onSuccess: done });
  const rotate = useMutation({
    mutationFn: async (key: Key) => {
      const made = await makeKey(channel, key.name);
      await revokeKey(key.key_id);
      return made;
    },
    onSuccess: done,
  });
  const end = useMutation({ mutationFn: (key: Key) => revokeKey(key.key_id), onSuccess: done });
  const made = rotate.data ?? make.data;
  const error = make.error ?? rotate.error ?? end.error ?? asked.error;
  return (
    <Part
      title="channels.part.keys"
      end={
        may && (
          <Button size="small" type="primary" loading={make.isPending} onClick={() => make.mutate()}>
            {t("channels.key.make")}
          </Button>
        )
      }
    >
      {error && <Trouble error={error} />}
      {made?.text && (
        <Alert
          type="success"
          role="status"
          title={t("channels.key.once")}
          description={<Copied text={made.text} label={t("channels.key.text")} />}
        />
      )}
      {asked.data?.length === 0 && <p className="faint">{t("channels.key.none")}</p>}
      <ul className="plain-list">
        {asked.data?.map((each) => (
          <li key={each.key_id}>
            <b>{each.name}</b> <Code>{`${each.prefix.slice(0, 10)}…`}</Code>
            <span className="faint">
              {t("channels.key.until")} <When at={each.expires_at} />
            </span>
            <span className="grow" />
            {may && (
              <>
                <Popconfirm
                  title={t("channels.key.rotate_sure")}
                  okText={t("channels.key.rotate")}
                  cancelText={t("shell.cancel")}
                  onConfirm={() => rotate.mutate(each)}
                >
                  <Button size="small">{t("channels.key.rotate")}</Button>
                </Popconfirm>
                <Popconfirm
                  title={t("channels.key.end_sure")}
                  okText={t("channels.key.end")}
                  cancelText={t("shell.cancel")}
                  onConfirm={() => end.mutate(each)}
                >
                  <Button size="small" danger>
                    {t("channels.key.end")}
                  </Button>
                </Popconfirm>
              </>
            )}
          </li>
        ))}
      </ul>
    </Part>
  );
}
