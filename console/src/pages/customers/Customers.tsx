import { UserAddOutlined } from "@ant-design/icons";
import { useNavigate } from "@tanstack/react-router";
import { Button } from "antd";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNamed } from "~/client/names";
import { useMay } from "~/client/session";
import { Entering } from "~/features/customers/Entering";
import { declare } from "~/features/customers/list";
import { ListPage } from "~/ui/list/ListPage";

/** The customers: found by number, name or phone; a new one is entered here. */
export default function Customers() {
  const { t } = useTranslation();
  const named = useNamed();
  const go = useNavigate();
  const writes = useMay()("customers:write");
  const [entering, setEntering] = useState(false);
  const list = useMemo(() => {
    const extra = writes && (
      <Button type="primary" icon={<UserAddOutlined />} onClick={() => setEntering(true)}>
        {t("customers.new")}
      </Button>
    );
    return declare(t, named, extra);
  }, [t, named, writes]);
  return (
    <>
      <ListPage list={list} />
      {entering && (
        <Entering
          done={(entered) => go({ to: `/customers/${encodeURIComponent(entered.customer_no)}` })}
          close={() => setEntering(false)}
        />
      )}
    </>
  );
}
