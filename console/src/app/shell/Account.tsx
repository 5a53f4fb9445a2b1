import { UserOutlined } from "@ant-design/icons";
import { useNavigate } from "@tanstack/react-router";
import { Button, Dropdown, type MenuProps } from "antd";
import { useTranslation } from "react-i18next";
import { choose as chooseAppearance, useAppearance } from "~/app/appearance";
import { useLanguage } from "~/client/language";
import { useSession, useSignOut } from "~/client/session";

/** Who works here; language, light or dark, and the way out. */
export function Account() {
  const { t } = useTranslation();
  const { language, choose } = useLanguage();
  const appearance = useAppearance();
  const session = useSession();
  const signOut = useSignOut();
  const go = useNavigate();
  const who = session.user.name || session.user.login;
  const items: MenuProps["items"] = [
    { key: "who", type: "group", label: [who, ...session.roles].join(" · ") },
    {
      key: "language",
      type: "group",
      label: t("shell.language.label"),
      children: [
        { key: "zh", label: t("shell.language.zh") },
        { key: "en", label: t("shell.language.en") },
      ],
    },
    {
      key: "appearance",
      type: "group",
      label: t("shell.appearance.label"),
      children: (["light", "dark", "system"] as const).map((key) => ({ key, label: t(`shell.appearance.${key}`) })),
    },
    { type: "divider" },
    { key: "security", label: t("sessions.security.title") },
    { key: "out", label: t("shell.sign_out"), danger: true },
  ];
  const act: MenuProps["onClick"] = ({ key }) => {
    if (key === "zh" || key === "en") choose(key);
    else if (key === "light" || key === "dark" || key === "system") chooseAppearance(key);
    else if (key === "security") go({ to: "/security" as never });
    else if (key === "out") signOut.mutate();
  };
  return (
    <Dropdown trigger={["click"]} menu={{ items, selectedKeys: [language, appearance], onClick: act }}>
      <Button type="text" icon={<UserOutlined />} aria-label={t("shell.account", { who })}>
        <span className="who">{who}</span>
      </Button>
    </Dropdown>
  );
}
