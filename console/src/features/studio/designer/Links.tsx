import { CopyOutlined, LinkOutlined } from "@ant-design/icons";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Empty, Input, Popconfirm, QRCode, Segmented } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, told } from "~/client/api";
import type { FormContent } from "~/features/studio/designer/model";
import { Badge } from "~/ui/Badge";
import { Trouble } from "~/ui/Trouble";
import { When } from "~/ui/Words";

type Kind = "public" | "dealer";

/** The ways into a form in force: links, a frame for a site, a picture to scan. A link is told once. */
export function Links({ name, form, live }: { name: string; form: FormContent; live: boolean }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [kind, setKind] = useState<Kind>("public");
  const [label, setLabel] = useState("");
  const [customer, setCustomer] = useState("");
  const [token, setToken] = useState("");
  const [failed, setFailed] = useState<unknown>(null);
  const params = { path: { form: name } };
  const asked = useQuery({
    queryKey: ["form", name, "links"],
    enabled: live,
    queryFn: ({ signal }) => told(api.GET("/api/v1/forms/{form}/links", { params, signal })),
  });
  if (!live) return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t("designer.links.unpublished")} />;
  const fresh = () => client.invalidateQueries({ queryKey: ["form", name, "links"] });
  const make = async () => {
    try {
      const body = { kind, label: label.trim(), ...(kind === "dealer" && { customer_no: customer.trim() }) };
      setToken((await told(api.POST("/api/v1/forms/{form}/links", { params, body }))).token);
      setFailed(null);
      fresh();
    } catch (error) {
      setFailed(error);
    }
  };
  const end = (link_id: string) =>
    told(api.DELETE("/api/v1/forms/{form}/links/{link_id}", { params: { path: { form: name, link_id } } })).then(
      fresh,
      setFailed,
    );
  const open = (["public", "dealer"] as const).filter((each) => (form.entries ?? []).includes(each));
  return (
    <div className="links">
      {open.length === 0 ? (
        <p className="faint">{t("designer.links.closed")}</p>
      ) : (
        <div className="links-ask">
          <Segmented
            value={open.includes(kind) ? kind : open[0]}
            onChange={setKind}
            options={open.map((value) => ({ value, label: t(`designer.entry.${value}`) }))}
          />
          <Input
            aria-label={t("designer.links.label")}
            placeholder={t("designer.links.label")}
            value={label}
            onChange={(event) => setLabel(event.target.value)}
          />
          {kind === "dealer" && (
            <Input
              aria-label={t("designer.links.customer")}
              placeholder={t("designer.links.customer")}
              value={customer}
              onChange={(event) => setCustomer(event.target.value)}
            />
          )}
          <Button
            type="primary"
            icon={<LinkOutlined />}
            disabled={kind === "dealer" && customer.trim() === ""}
            onClick={make}
          >
            {t("designer.links.make")}
          </Button>
        </div>
      )}
      {failed !== null && <Trouble error={failed} />}
      {token && <Told token={token} />}
      <ul className="links-made">
        {(asked.data?.links ?? []).map((each) => (
          <li key={each.link_id}>
            <Badge tone={each.revoked_at ? "plain" : "good"}>
              {t(each.revoked_at ? "designer.links.ended" : `designer.entry.${each.kind}`)}
            </Badge>
            <span className="grow">{each.label || each.customer_no || each.created_by}</span>
            <span className="faint">{t("designer.links.uses", { uses: each.uses ?? 0 })}</span>
            <When at={each.created_at} />
            {!each.revoked_at && (
              <Popconfirm
                title={t("designer.links.end_text")}
                okText={t("designer.links.end")}
                cancelText={t("shell.cancel")}
                onConfirm={() => end(each.link_id)}
              >
                <Button size="small" type="text" danger>
                  {t("designer.links.end")}
                </Button>
              </Popconfirm>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** A new link as people pass it on: an address, a frame, a picture. */
function Told({ token }: { token: string }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const address = `${window.location.origin}/f/${token}`;
  const frame = `<iframe src="${address}" width="100%" height="800" style="border:0"></iframe>`;
  const copy = async (text: string) => {
    await navigator.clipboard.writeText(text);
    message.success(t("designer.links.copied"));
  };
  return (
    <div className="links-told" data-testid="link">
      <QRCode value={address} size={132} bordered={false} />
      <div className="links-texts">
        <p>{t("designer.links.once")}</p>
        {[
          [t("designer.links.address"), address],
          [t("designer.links.frame"), frame],
        ].map(([name = "", text = ""]) => (
          <div key={name} className="links-text">
            <Input readOnly aria-label={name} value={text} />
            <Button
              icon={<CopyOutlined />}
              aria-label={`${t("designer.links.copy")} ${name}`}
              onClick={() => copy(text)}
            />
          </div>
        ))}
        <a href={address} target="_blank" rel="noreferrer">
          {t("designer.links.open")}
        </a>
      </div>
    </div>
  );
}
