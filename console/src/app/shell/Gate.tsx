import { DisconnectOutlined } from "@ant-design/icons";
import { Button, Spin } from "antd";
import { lazy, type ReactNode, Suspense, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { ConnectionBar } from "~/app/shell/ConnectionBar";
import { start } from "~/client/live";
import { Away } from "~/client/problems";
import { SessionContext, useAsked } from "~/client/session";
import { covers } from "~/kit/verbs";
import { Instead } from "~/ui/Instead";
import { Trouble } from "~/ui/Trouble";

const SignIn = lazy(() => import("~/features/sessions/SignIn"));
const Code = lazy(() => import("~/features/sessions/Code"));
const Welcome = lazy(() => import("~/features/sessions/Welcome"));

/** Who is signed in passes; the others sign in here, at the address that they wanted, and show a code where one lacks. */
export function Gate({ children, welcome = false }: { children: ReactNode; welcome?: boolean }) {
  const asked = useAsked();
  const { t } = useTranslation();
  const session = asked.data;
  const lacks = session?.code === "asked" || session?.code === "required";
  const through = Boolean(session) && !lacks;
  const told = through && covers(session?.verbs ?? [], "events:read");
  useEffect(() => (told ? start() : undefined), [told]);
  if (welcome)
    return (
      <Suspense>
        <Welcome />
      </Suspense>
    );
  if (session && lacks)
    return (
      <SessionContext value={session}>
        <ConnectionBar />
        <Suspense>
          <Code />
        </Suspense>
      </SessionContext>
    );
  if (session) return <SessionContext value={session}>{children}</SessionContext>;
  return (
    <>
      <ConnectionBar />
      {asked.isPending ? (
        <Spin fullscreen />
      ) : asked.error instanceof Away ? (
        <Instead icon={<DisconnectOutlined />} title={t("shell.unknown.title")} next={t("shell.unknown.next")}>
          <Button onClick={() => asked.refetch()}>{t("shell.again")}</Button>
        </Instead>
      ) : asked.error ? (
        <div className="alone">
          <Trouble error={asked.error} again={() => asked.refetch()} />
        </div>
      ) : (
        <Suspense>
          <SignIn />
        </Suspense>
      )}
    </>
  );
}
