import { DiffOutlined, ExportOutlined, ImportOutlined, SwapOutlined } from "@ant-design/icons";
import { api, once, told } from "~/client/api";
import type { components } from "~/client/schema";
import type { Action, Choice, Outcome, Question } from "~/ui/list/declaration";

type Dones = components["schemas"]["Dones"];
type Said = Record<string, string | undefined>;
type Goods = { sku: string };

function became(rows: Goods[], answer: Dones): Outcome[] {
  return rows.map(({ sku }, index) => ({ name: sku, refused: answer.outcomes[index]?.refused ?? undefined }));
}

const place = (said: Said) => ({ warehouse: said.warehouse ?? "", lot: said.lot ?? "", bin: said.bin ?? "" });

async function adjust(rows: Goods[], said: Said, sign: number): Promise<Outcome[]> {
  const more = { manufactured_on: said.manufactured_on || undefined, expires_on: said.expires_on || undefined };
  const body = rows.map(({ sku }) => ({
    sku,
    ...place(said),
    quantity: sign * Math.round(Number(said.quantity)),
    reason: said.reason ?? "",
    ...more,
  }));
  return became(rows, await told(api.POST("/api/v1/stock/adjust", { body, headers: once() })));
}

async function count(rows: Goods[], said: Said): Promise<Outcome[]> {
  const counted = Math.round(Number(said.counted));
  const body = rows.map(({ sku }) => ({ sku, ...place(said), counted, reason: said.reason ?? "" }));
  return became(rows, await told(api.POST("/api/v1/stock/count", { body, headers: once() })));
}

async function move(rows: Goods[], said: Said): Promise<Outcome[]> {
  const to = { to_warehouse: said.to_warehouse ?? "", to_bin: said.to_bin ?? "" };
  const quantity = Math.round(Number(said.quantity));
  const body = rows.map(({ sku }) => ({ sku, ...place(said), ...to, quantity }));
  return became(rows, await told(api.POST("/api/v1/stock/move", { body, headers: once() })));
}

/** What can be done with a SKU's stock; `usual` is the warehouse that one looks at. */
export function actions(warehouses: Choice[], usual?: string): Action<Goods>[] {
  const choice = (key: string, initial?: string): Question => ({
    key,
    title: `stock.ask.${key}`,
    kind: "choice",
    required: true,
    choices: warehouses,
    initial,
  });
  const text = (key: string, required = false): Question => ({
    key,
    title: `stock.ask.${key}`,
    kind: "text",
    required,
  });
  const number = (key: string): Question => ({ key, title: `stock.ask.${key}`, kind: "number", required: true });
  const day = (key: string): Question => ({ key, title: `stock.ask.${key}`, kind: "date" });
  const from = choice("warehouse", usual ?? (warehouses.length === 1 ? warehouses[0]?.value : undefined));
  const verb = "stock:write";
  return [
    {
      key: "receive",
      title: "stock.act.receive",
      verb,
      icon: ImportOutlined,
      asks: [
        number("quantity"),
        from,
        text("lot"),
        text("bin"),
        day("expires_on"),
        day("manufactured_on"),
        text("reason", true),
      ],
      run: (rows, said) => adjust(rows, said, 1),
    },
    {
      key: "take",
      title: "stock.act.take",
      verb,
      icon: ExportOutlined,
      asks: [number("quantity"), from, text("lot"), text("bin"), text("reason", true)],
      run: (rows, said) => adjust(rows, said, -1),
    },
    {
      key: "count",
      title: "stock.act.count",
      verb,
      icon: DiffOutlined,
      asks: [number("counted"), from, text("lot"), text("bin"), text("reason", true)],
      run: count,
    },
    {
      key: "move",
      title: "stock.act.move",
      verb,
      icon: SwapOutlined,
      asks: [number("quantity"), from, text("lot"), text("bin"), choice("to_warehouse"), text("to_bin")],
      run: move,
    },
  ];
}
