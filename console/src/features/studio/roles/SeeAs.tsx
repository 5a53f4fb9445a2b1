import { EyeOutlined } from "@ant-design/icons";
import { Alert, Button, Empty } from "antd";
import { useContext, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, told } from "~/client/api";
import { useNamed } from "~/client/names";
import type { components } from "~/client/schema";
import type { Content } from "~/features/studio/read";
import { has } from "~/features/studio/roles/verbs";
import { GROUPS } from "~/kit/places";
import { Part } from "~/ui/detail/DetailPage";
import { PlacesContext } from "~/ui/places";
import { useSaid } from "~/ui/Trouble";
import { Code, Money, When } from "~/ui/Words";

type Shown = components["schemas"]["RoleShown"];

/** The menu and the newest orders as a person of this role would see them. */
export function SeeAs({ content }: { content: Content }) {
  const { t } = useTranslation();
  const said = useSaid();
  const [shown, setShown] = useState<Shown | null>(null);
  const [failed, setFailed] = useState<unknown>(null);
  const [running, setRunning] = useState(false);
  const run = async () => {
    setRunning(true);
    setFailed(null);
    await told(api.POST("/api/v1/roles/preview", { body: content as never }))
      .then(setShown, setFailed)
      .finally(() => setRunning(false));
  };
  const button = (
    <Button icon={<EyeOutlined />} loading={running} onClick={run}>
      {t("studio.role.see")}
    </Button>
  );
  return (
    <Part title="studio.role.seen" end={button}>
      {failed !== null && <Alert type="error" role="alert" showIcon title={said(failed)} />}
      {!shown && failed === null && <p className="faint">{t("studio.role.see_text")}</p>}
      {shown && (
        <div className="seen">
          <MenuSeen may={(content.may as string[]) ?? []} />
          <div className="seen-orders">
            {shown.sees_orders ? <Orders shown={shown} /> : <Empty description={t("studio.role.no_orders")} />}
          </div>
        </div>
      )}
    </Part>
  );
}

function MenuSeen({ may }: { may: string[] }) {
  const { t } = useTranslation();
  const places = useContext(PlacesContext).filter((each) => each.menu && (!each.verb || has(may, each.verb)));
  return (
    <nav className="seen-menu" aria-label={t("studio.role.menu")}>
      {GROUPS.map((group) => {
        const mine = places.filter((each) => each.menu?.group === group);
        mine.sort((one, other) => (one.menu?.order ?? 0) - (other.menu?.order ?? 0));
        return (
          mine.length > 0 && (
            <div key={group}>
              <span className="faint">{t(`shell.group.${group}`)}</span>
              {mine.map((each) => (
                <span key={each.path}>{t(each.title)}</span>
              ))}
            </div>
          )
        );
      })}
    </nav>
  );
}

function Orders({ shown }: { shown: Shown }) {
  const { t } = useTranslation();
  const named = useNamed();
  if (shown.orders.length === 0) return <Empty description={t("studio.role.none_in_reach")} />;
  const address = (each: Record<string, string>) => each.address || each.street || "";
  return (
    <table className="places">
      <thead>
        <tr>
          {["order", "channel", "stage", "amount", "consignee", "address"].map((each) => (
            <th key={each} scope="col">
              {t(`studio.seen.${each}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {shown.orders.map((each) => (
          <tr key={each.order_no}>
            <td>
              <Code>{each.order_no}</Code> <When at={each.placed_at} />
            </td>
            <td>{named("channels", each.channel)}</td>
            <td>{named("stages", each.stage)}</td>
            <td>
              <Money minor={each.total_minor} currency={each.currency} />
            </td>
            <td>
              {each.consignee.name} {each.consignee.phone}
            </td>
            <td>{address(each.consignee)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
