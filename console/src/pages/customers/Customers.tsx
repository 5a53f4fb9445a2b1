import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useNamed } from "~/client/names";
import { declare } from "~/features/customers/list";
import { ListPage } from "~/ui/list/ListPage";

/** The customers: found by number, name or phone. */
export default function Customers() {
  const { t } = useTranslation();
  const named = useNamed();
  const list = useMemo(() => declare(t, named), [t, named]);
  return <ListPage list={list} />;
}
