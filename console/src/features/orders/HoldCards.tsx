import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Alert, Button, Input, Space } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, once, told } from "~/client/api";
import { useLanguage } from "~/client/language";
import { useNamed } from "~/client/names";
import { useMay } from "~/client/session";
import type { Order } from "~/features/orders/read";
import { useSaid } from "~/ui/Trouble";
import { When } from "~/ui/Words";

type Hold = NonNullable<Order["holds"]>[number];

/** Why the order waits, who is to deal with it, and how to let it go on. */
export function HoldCards({ order }: { order: Order }) {
  return (order.holds ?? []).map((each) => (
    <HoldCard key={`${each.code} ${each.line_no ?? ""}`} order={order} hold={each} />
  ));
}

function HoldCard({ order, hold }: { order: Order; hold: Hold }) {
  const orderNo = order.order_no;
  const { t, i18n } = useTranslation();
  const { language } = useLanguage();
  const may = useMay();
  const named = useNamed();
  const said = useSaid();
  const client = useQueryClient();
  const [asked, setAsked] = useState(false);
  const [reason, setReason] = useState("");
  const release = useMutation({
    mutationFn: () =>
      told(
        api.POST("/api/v1/orders/{order_no}/release", {
          params: { path: { order_no: orderNo } },
          body: { code: hold.code, line_no: hold.line_no ?? undefined, reason: reason.trim() },
          headers: once(),
        }),
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: ["orders", orderNo] }),
  });
  const step = (name: string) => (i18n.exists(`orders.step.${name}`) ? t(`orders.step.${name}`) : name);
  return (
    <div className="hold">
      <div className="hold-why">
        <b>{hold.reason[language] || named("holds", hold.code)}</b>
        <span className="faint">
          {[
            hold.line_no ? t("orders.hold.line", { line: hold.line_no }) : "",
            hold.owner ? t("orders.hold.owner", { owner: named("roles", hold.owner) }) : t("orders.hold.nobody"),
            t("orders.hold.blocks", { steps: (hold.blocks ?? []).map(step).join(t("orders.and")) }),
          ]
            .filter(Boolean)
            .join(" · ")}
          {hold.at && " · "}
          {hold.at && <When at={hold.at} />}
        </span>
        {hold.suggestion && <span>{t("orders.hold.suggestion", { text: named("suggestions", hold.suggestion) })}</span>}
        {hold.code === "credit.short" && order.customer_no && may("credit:read") && (
          <Link to={`/customers/${order.customer_no}` as never}>{t("orders.hold.account")}</Link>
        )}
        {(hold.countersign?.length ?? 0) > 0 && (
          <span>
            {t("orders.hold.countersign", {
              roles: hold.countersign?.map((each) => named("roles", each)).join(t("orders.and")),
            })}
          </span>
        )}
        {release.error && <Alert type="error" role="alert" showIcon title={said(release.error)} />}
      </div>
      {may("orders:release") &&
        (asked ? (
          <Space.Compact className="hold-ask">
            <Input
              autoFocus
              value={reason}
              maxLength={500}
              placeholder={t("orders.hold.why_off")}
              aria-label={t("orders.hold.why_off")}
              onChange={(event) => setReason(event.target.value)}
              onPressEnter={() => reason.trim() && release.mutate()}
              onKeyDown={(event) => event.key === "Escape" && setAsked(false)}
            />
            <Button
              type="primary"
              disabled={!reason.trim()}
              loading={release.isPending}
              onClick={() => release.mutate()}
            >
              {t("orders.hold.confirm")}
            </Button>
          </Space.Compact>
        ) : (
          <Button type="primary" onClick={() => setAsked(true)}>
            {t("orders.act.release")}
          </Button>
        ))}
    </div>
  );
}
