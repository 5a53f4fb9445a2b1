import { MoreOutlined } from "@ant-design/icons";
import { Button, Dropdown, Grid } from "antd";
import type { ComponentType } from "react";
import { useTranslation } from "react-i18next";

export type Deed = {
  key: string;
  label: string;
  icon?: ComponentType<{ "aria-hidden"?: boolean }>;
  danger?: boolean;
  /** Stands in the menu however wide the screen is. */
  rare?: boolean;
  run: () => void;
};

/** What can be done with one thing: beside each other, on a phone the first with all others in a menu. */
export function Deeds({ deeds, first }: { deeds: Deed[]; first?: string }) {
  const { t } = useTranslation();
  const wide = Grid.useBreakpoint().sm ?? true;
  const often = deeds.filter((each) => !each.rare);
  const shown = wide
    ? often
    : [often.find((each) => each.key === first) ?? often[0]].filter((each) => each !== undefined);
  const folded = deeds.filter((each) => !shown.includes(each));
  return (
    <>
      {shown.map(({ key, label, icon: Icon, danger, run }) => (
        <Button key={key} danger={danger} icon={Icon && <Icon aria-hidden />} onClick={run}>
          {label}
        </Button>
      ))}
      {folded.length > 0 && (
        <Dropdown
          trigger={["click"]}
          menu={{
            items: folded.map(({ key, label, icon: Icon, danger, run }) => ({
              key,
              label,
              icon: Icon && <Icon aria-hidden />,
              danger,
              onClick: run,
            })),
          }}
        >
          <Button icon={<MoreOutlined aria-hidden />} aria-label={t("detail.more")} />
        </Dropdown>
      )}
    </>
  );
}
