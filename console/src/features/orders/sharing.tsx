import { DisconnectOutlined, LinkOutlined } from "@ant-design/icons";
import { App, Input } from "antd";
import { useTranslation } from "react-i18next";
import { api, told } from "~/client/api";
import { useLanguage } from "~/client/language";
import { useNames } from "~/client/names";
import { useMay } from "~/client/session";
import { short } from "~/kit/times";
import type { Deed } from "~/ui/detail/Deeds";
import { useSaid } from "~/ui/Trouble";

/** To give the link by which a recipient follows the order, and to end those that were given. */
export function useSharing(orderNo: string): Deed[] {
  const { t } = useTranslation();
  const { locale } = useLanguage();
  const { zone } = useNames();
  const said = useSaid();
  const { message, modal } = App.useApp();
  const may = useMay();
  if (!may("orders:share")) return [];
  const path = { params: { path: { order_no: orderNo } } };
  const copy = async () => {
    try {
      const made = await told(api.POST("/api/v1/orders/{order_no}/tracking-link", path));
      const url = made.url || `${window.location.origin}${made.path}`;
      try {
        await navigator.clipboard.writeText(url);
        message.success(t("orders.share.copied", { until: short(made.expires_at, locale, zone) }));
      } catch {
        modal.info({
          title: t("orders.share.shown"),
          content: (
            <>
              <p>{t("orders.share.select")}</p>
              <Input
                readOnly
                value={url}
                aria-label={t("orders.share.shown")}
                onFocus={(event) => event.target.select()}
              />
            </>
          ),
        });
      }
    } catch (error) {
      message.error(said(error));
    }
  };
  const end = () =>
    modal.confirm({
      title: t("orders.share.end"),
      content: t("orders.share.end.ask"),
      okText: t("orders.share.end"),
      okButtonProps: { danger: true },
      onOk: async () => {
        try {
          const ended = await told(api.DELETE("/api/v1/orders/{order_no}/tracking-link", path));
          message.success(t("orders.share.ended", { count: ended.links }));
        } catch (error) {
          message.error(said(error));
        }
      },
    });
  return [
    { key: "share", label: t("orders.share"), icon: LinkOutlined, run: copy },
    { key: "unshare", label: t("orders.share.end"), icon: DisconnectOutlined, danger: true, rare: true, run: end },
  ];
}
