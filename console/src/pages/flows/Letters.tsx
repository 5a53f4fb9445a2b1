import { useMemo } from "react";
import { declare } from "~/features/flows/letters";
import { ListPage } from "~/ui/list/ListPage";

/** What could not leave the house, and a person's decision on it. */
export default function Letters() {
  const list = useMemo(declare, []);
  return <ListPage list={list} />;
}
