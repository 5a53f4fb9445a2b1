import { Drawer } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

type Props = { wide: boolean; close: () => void; what: "try" | "panel" | "problems"; children: ReactNode };

const TITLES = { try: "flows.try", panel: "flows.panel_side", problems: "studio.tab.problems" } as const;

/** What stands beside the drawing; over it where the screen is narrow. */
export function Side({ wide, close, what, children }: Props) {
  const { t } = useTranslation();
  if (wide)
    return (
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls by keys.
      <aside className="flow-side" tabIndex={0} aria-label={t(TITLES[what])}>
        {children}
      </aside>
    );
  return (
    <Drawer open size="large" placement="bottom" title={t(TITLES[what])} onClose={close} className="flow-drawer">
      {children}
    </Drawer>
  );
}
