import { MenuOutlined } from "@ant-design/icons";
import { Link } from "@tanstack/react-router";
import { Button, Grid, Layout } from "antd";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { places } from "~/app/places";
import { Account } from "~/app/shell/Account";
import { ConnectionBar } from "~/app/shell/ConnectionBar";
import { MainMenu } from "~/app/shell/MainMenu";
import { SearchBox } from "~/app/shell/SearchBox";
import { VersionBar } from "~/app/shell/VersionBar";
import { Workspaces } from "~/app/shell/Workspaces";
import { NamesContext, useReadNames } from "~/client/names";
import { Bell } from "~/features/notices/Bell";
import { PopUps } from "~/features/notices/PopUps";
import { PlacesContext } from "~/ui/places";

const SideDrawer = lazy(() => import("~/app/shell/SideDrawer"));
const KEPT = "orderloom.menu";

/** The frame around every page: menu, the one search box, workspace, account. */
export function Shell({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const names = useReadNames();
  const wide = Grid.useBreakpoint().lg ?? true;
  const [narrow, setNarrow] = useState(localStorage.getItem(KEPT) === "narrow");
  // Null until it was opened once.
  const [opened, setOpened] = useState<boolean | null>(null);
  const fold = (folded: boolean) => {
    localStorage.setItem(KEPT, folded ? "narrow" : "wide");
    setNarrow(folded);
  };
  return (
    <NamesContext value={names}>
      <Layout className="shell">
        <a href="#page" className="skip">
          {t("shell.skip")}
        </a>
        {wide && (
          <Layout.Sider theme="light" width={176} collapsedWidth={48} collapsed={narrow} className="side">
            <Mark narrow={narrow} />
            <MainMenu narrow={narrow} onFold={() => fold(!narrow)} />
          </Layout.Sider>
        )}
        <Layout className="beside">
          <Layout.Header className="top">
            {!wide && (
              <Button
                type="text"
                icon={<MenuOutlined />}
                aria-label={t("shell.menu.open")}
                onClick={() => setOpened(true)}
              />
            )}
            <SearchBox />
            <div className="grow" />
            <Bell />
            <Workspaces />
            <Account />
          </Layout.Header>
          <ConnectionBar />
          <VersionBar />
          <main id="page" className="page" tabIndex={-1}>
            <PlacesContext value={places}>{children}</PlacesContext>
          </main>
          <PopUps />
        </Layout>
        {!wide && opened !== null && (
          <Suspense>
            <SideDrawer open={opened} title={<Mark narrow={false} />} close={() => setOpened(false)}>
              <MainMenu narrow={false} onChoose={() => setOpened(false)} />
            </SideDrawer>
          </Suspense>
        )}
      </Layout>
    </NamesContext>
  );
}

function Mark({ narrow }: { narrow: boolean }) {
  const { t } = useTranslation();
  return (
    <Link to="/" className="mark" aria-label={t("shell.product")}>
      <img src="/icon.svg" alt="" width={24} height={24} />
      {!narrow && <span>{t("shell.product")}</span>}
    </Link>
  );
}
