import { SwapOutlined } from "@ant-design/icons";
import { Button, Dropdown } from "antd";
import { useTranslation } from "react-i18next";
import { useMove, useSession } from "~/client/session";

/** Which company one works in; a way to another where there is one. */
export function Workspaces() {
  const { t } = useTranslation();
  const session = useSession();
  const move = useMove();
  const here = session.workspaces.find((each) => each.name === session.workspace);
  const title = here?.title || session.workspace;
  if (session.workspaces.length < 2) return <span className="workspace">{title}</span>;
  return (
    <Dropdown
      trigger={["click"]}
      menu={{
        selectedKeys: [session.workspace],
        items: session.workspaces.map((each) => ({ key: each.name, label: each.title || each.name })),
        onClick: ({ key }) => key !== session.workspace && move.mutate(key),
      }}
    >
      <Button type="text" loading={move.isPending} aria-label={t("shell.workspace.switch", { title })}>
        <span className="workspace">{title}</span>
        <SwapOutlined />
      </Button>
    </Dropdown>
  );
}
