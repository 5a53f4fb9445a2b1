import { DeleteOutlined, DownOutlined, EditOutlined, ShareAltOutlined, TeamOutlined } from "@ant-design/icons";
import { Button, Input, Popconfirm, Popover, Tooltip } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Search } from "~/kit/addresses";
import { type Keeping, type Kept, NAME_CHARS_MAX } from "~/ui/list/views";
import { Trouble } from "~/ui/Trouble";

type Props = { keeping: Keeping; here?: Kept; narrow: (next: Search) => void };

/** The views that people named: one's own to rename, share and delete, and those of others. */
export function KeptViews({ keeping, here, narrow }: Props) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  const groups = [
    { key: "own", rows: keeping.kept.filter((each) => each.mine) },
    { key: "shared", rows: keeping.kept.filter((each) => !each.mine) },
  ].filter((each) => each.rows.length > 0);
  const choose = (view: Kept) => {
    setOpened(false);
    narrow(view.search as Search);
  };
  const content = (
    <div className="views-kept">
      {keeping.error !== null && keeping.error !== undefined && <Trouble error={keeping.error} />}
      {groups.map(({ key, rows }) => (
        <section key={key} aria-label={t(`list.view.${key}`)}>
          <h3 className="faint">{t(`list.view.${key}`)}</h3>
          <ul>
            {rows.map((each) => (
              <One key={each.view_id} view={each} keeping={keeping} here={here} choose={choose} />
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
  return (
    <Popover trigger="click" placement="bottomLeft" open={opened} onOpenChange={setOpened} content={content}>
      <button type="button" aria-current={here ? true : undefined} aria-haspopup="dialog" aria-expanded={opened}>
        {here?.name ?? t("list.view.kept", { count: keeping.kept.length })} <DownOutlined aria-hidden />
      </button>
    </Popover>
  );
}

function One(props: { view: Kept; keeping: Keeping; here?: Kept; choose: (view: Kept) => void }) {
  const { t } = useTranslation();
  const { view, keeping, here } = props;
  const [renaming, setRenaming] = useState(false);
  const { name } = view;
  if (renaming)
    return (
      <li>
        <Input
          autoFocus
          size="small"
          defaultValue={name}
          maxLength={NAME_CHARS_MAX}
          aria-label={t("list.view.name")}
          onKeyDown={(event) => event.key === "Escape" && setRenaming(false)}
          onPressEnter={(event) => {
            const said = event.currentTarget.value.trim();
            if (said && said !== name) keeping.rename(view, said);
            setRenaming(false);
          }}
        />
      </li>
    );
  const share = t(view.shared ? "list.view.unshare" : "list.view.share", { name });
  return (
    <li>
      <button type="button" aria-current={here === view || undefined} onClick={() => props.choose(view)}>
        {name} {!view.mine && <span className="faint">{view.owner}</span>}
      </button>
      {view.mine && (
        <>
          {keeping.shares && (
            <Tooltip title={share}>
              <Button
                type="text"
                size="small"
                aria-pressed={view.shared}
                icon={view.shared ? <TeamOutlined className="view-shared" /> : <ShareAltOutlined />}
                aria-label={share}
                onClick={() => keeping.share(view, !view.shared)}
              />
            </Tooltip>
          )}
          <Button
            type="text"
            size="small"
            icon={<EditOutlined />}
            aria-label={t("list.view.rename", { name })}
            onClick={() => setRenaming(true)}
          />
        </>
      )}
      {(view.mine || keeping.shares) && (
        <Popconfirm
          title={t(view.shared ? "list.view.drop_shared" : "list.view.drop_own", { name })}
          okText={t("list.view.drop_it")}
          cancelText={t("shell.cancel")}
          onConfirm={() => keeping.drop(view)}
        >
          <Button type="text" size="small" icon={<DeleteOutlined />} aria-label={t("list.view.drop", { name })} />
        </Popconfirm>
      )}
    </li>
  );
}
