import {
  CloseCircleOutlined,
  EditOutlined,
  PauseCircleOutlined,
  PlayCircleOutlined,
  RedoOutlined,
} from "@ant-design/icons";
import type { TFunction } from "i18next";
import { amendMany, cancelMany, holdMany, type Numbered, releaseMany, retryMany } from "~/features/orders/batches";
import type { Action, Choice } from "~/ui/list/declaration";

const HOLD_CODES = ["manual", "address", "customer", "fraud"] as const;

type House = { t: TFunction; holds: Choice[] };

/** What can be done with orders, one or many; `holds` are those that may be taken off, `one` the title for one. */
export function actions({ t, holds }: House): (Action<Numbered> & { one?: string })[] {
  const reason = { key: "reason", title: "orders.ask.reason", kind: "text" as const, required: true };
  const codes = HOLD_CODES.map((value) => ({ value, label: t(`orders.hold.${value}`) }));
  return [
    {
      key: "release",
      title: "orders.act.release",
      verb: "orders:release",
      icon: PlayCircleOutlined,
      run: releaseMany,
      asks: [{ key: "code", title: "orders.ask.which_hold", kind: "choice", required: true, choices: holds }, reason],
    },
    {
      key: "hold",
      title: "orders.act.hold",
      verb: "orders:write",
      icon: PauseCircleOutlined,
      run: holdMany,
      asks: [
        { key: "code", title: "orders.ask.hold_code", kind: "choice", required: true, choices: codes },
        reason,
        { key: "owner", title: "orders.ask.owner", kind: "text" },
      ],
    },
    {
      key: "amend",
      title: "orders.act.amend",
      one: "orders.act.amend_one",
      verb: "orders:write",
      icon: EditOutlined,
      run: amendMany,
      asks: [
        { key: "carrier_requested", title: "orders.ask.carrier", kind: "text" },
        { key: "packing_request", title: "orders.ask.packing", kind: "text" },
        { key: "seller", title: "orders.ask.note", kind: "text" },
        reason,
      ],
    },
    { key: "retry", title: "orders.act.retry", verb: "orders:write", icon: RedoOutlined, run: retryMany },
    {
      key: "cancel",
      title: "orders.act.cancel",
      verb: "orders:write",
      icon: CloseCircleOutlined,
      danger: true,
      run: cancelMany,
      asks: [reason],
    },
  ];
}
