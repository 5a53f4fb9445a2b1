import { Drawer } from "antd";
import type { ReactNode } from "react";

type Props = { open: boolean; title: ReactNode; close: () => void; children: ReactNode };

/** The menu on a phone. It is fetched when it is opened first: a wide screen never needs it. */
export default function SideDrawer({ open, title, close, children }: Props) {
  return (
    <Drawer open={open} placement="left" size={240} title={title} onClose={close} styles={{ body: { padding: 0 } }}>
      {children}
    </Drawer>
  );
}
