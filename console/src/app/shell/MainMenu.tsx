import { MenuFoldOutlined, MenuUnfoldOutlined } from "@ant-design/icons";
import { Link, useLocation } from "@tanstack/react-router";
import { Button, Menu } from "antd";
import { useTranslation } from "react-i18next";
import { places } from "~/app/places";
import { useMay } from "~/client/session";
import { GROUPS } from "~/kit/places";

/** The pages that this person may open, by group. */
export function MainMenu(props: { narrow: boolean; onChoose?: () => void; onFold?: () => void }) {
  const { t } = useTranslation();
  const may = useMay();
  const { pathname } = useLocation();
  const shown = places.filter((each) => each.menu && may(each.verb));
  const chosen = shown
    .filter((each) => pathname === each.path || pathname.startsWith(`${each.path === "/" ? "//" : each.path}/`))
    .map((each) => each.path);
  const items = GROUPS.map((group) => ({
    key: group,
    type: "group" as const,
    label: props.narrow ? null : t(`shell.group.${group}`),
    children: shown
      .filter((each) => each.menu?.group === group)
      .sort((one, other) => (one.menu?.order ?? 0) - (other.menu?.order ?? 0))
      .map((each) => {
        const Icon = each.menu?.icon;
        return {
          key: each.path,
          icon: Icon && <Icon aria-hidden />,
          label: <Link to={each.path}>{t(each.title)}</Link>,
        };
      }),
  })).filter((each) => each.children.length > 0);
  return (
    <nav className="menu" aria-label={t("shell.menu.label")}>
      <Menu
        mode="inline"
        inlineCollapsed={props.narrow}
        selectedKeys={chosen}
        items={items}
        onClick={() => props.onChoose?.()}
      />
      {props.onFold && (
        <Button
          type="text"
          className="fold"
          icon={props.narrow ? <MenuUnfoldOutlined /> : <MenuFoldOutlined />}
          aria-label={t(props.narrow ? "shell.menu.widen" : "shell.menu.fold")}
          onClick={props.onFold}
        />
      )}
    </nav>
  );
}
