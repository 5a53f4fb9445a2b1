import type { TFunction } from "i18next";
import type { Names } from "~/client/names";
import { actions } from "~/features/orders/actions";
import { facets, page, type Row } from "~/features/orders/read";
import { Grade, Holds } from "~/features/orders/Tags";
import { figure } from "~/kit/amounts";
import type { Language } from "~/kit/texts";
import type { Column, List } from "~/ui/list/declaration";
import { Stage } from "~/ui/Stage";
import { Code, Money, Named, When } from "~/ui/Words";

type House = {
  t: TFunction;
  names: Names;
  language: Language;
  grade: (grade: string) => string;
  /** The codes of holds that are on somewhere, with the words of their reason. */
  holds: { value: string; label: string }[];
  /** The figure of a board whose orders are shown, and what it is called. */
  figure?: { value: string; label: string };
};

function columns({ names, language, grade }: House): Column<Row>[] {
  const stage = (row: Row) => names.stages[row.stage]?.[language] ?? row.stage;
  const late = (row: Row) =>
    row.promised_at !== null && row.stage !== "delivered" && !row.cancelled && Date.parse(row.promised_at) < Date.now();
  // English names are long where Chinese ones are four signs.
  const room = (zh: number, en: number) => (language === "en" ? en : zh);
  return [
    {
      key: "order_no",
      title: "orders.column.order_no",
      width: 156,
      phone: "head",
      show: (row) => <Code>{row.order_no}</Code>,
      text: (row) => row.order_no,
    },
    {
      key: "stage",
      title: "orders.column.stage",
      width: 118,
      phone: "line",
      show: (row) => <Stage stage={row.stage} />,
      text: stage,
    },
    {
      key: "hold",
      title: "orders.column.hold",
      width: room(156, 196),
      phone: "line",
      show: (row) => <Holds holds={row.holds as never} />,
      text: (row) => row.holds.map((each) => String(each.code)).join(" "),
    },
    {
      key: "grade",
      title: "orders.column.grade",
      width: 76,
      phone: "line",
      show: (row) => <Grade grade={row.grade} />,
      text: (row) => grade(row.grade),
    },
    {
      key: "channel",
      title: "orders.column.channel",
      width: room(112, 160),
      phone: "line",
      show: (row) => names.channels[row.channel] ?? row.channel,
      text: (row) => row.channel,
    },
    {
      key: "external_no",
      title: "orders.column.external_no",
      width: room(152, 124),
      show: (row) => <span className="faint">{row.external_no}</span>,
      text: (row) => row.external_no,
    },
    {
      key: "customer",
      title: "orders.column.customer",
      width: room(154, 146),
      phone: "line",
      show: (row) => <Named name={row.customer_name} code={row.customer_no} />,
      text: (row) => row.customer_name ?? "",
      beside: { title: "orders.column.customer_no", text: (row) => row.customer_no },
    },
    {
      key: "province",
      title: "orders.column.province",
      width: 78,
      show: (row) => row.province,
      text: (row) => row.province,
    },
    {
      key: "placed_at",
      title: "orders.column.placed_at",
      width: 96,
      phone: "line",
      show: (row) => <When at={row.placed_at} />,
      text: (row) => row.placed_at,
    },
    {
      key: "promised_at",
      title: "orders.column.promised_at",
      width: 96,
      show: (row) => <When at={row.promised_at} late={late(row)} />,
      text: (row) => row.promised_at ?? "",
    },
    {
      key: "total",
      title: "orders.column.total",
      width: 104,
      align: "right",
      phone: "end",
      show: (row) => <Money minor={row.total_minor} currency={row.currency} />,
      text: (row) => figure(row.total_minor, row.currency),
    },
  ];
}

/** The order pool. */
export function declare(house: House): List<Row> {
  const { names, language, t, figure } = house;
  return {
    word: "orders",
    title: "orders.title",
    empty: "orders.empty",
    keyOf: (row) => row.order_no,
    open: (row) => `/orders/${encodeURIComponent(row.order_no)}`,
    read: page,
    facets,
    topics: ["order", "shipment", "payment", "promise"],
    columns: columns(house),
    actions: actions(house),
    views: [
      { key: "all", title: "orders.view.all", search: {} },
      { key: "held", title: "orders.view.held", search: { held: "true" } },
      ...(["received", "backordered", "allocated", "shipped"] as const).map((stage) => ({
        key: stage,
        title: `orders.view.${stage}`,
        // Stages that orders wait in are called as the house calls them.
        label: stage === "received" || stage === "backordered" ? names.stages[stage]?.[language] : undefined,
        search: { stage },
      })),
    ],
    filters: [
      {
        key: "stage",
        title: "orders.column.stage",
        kind: "choice",
        choices: Object.entries(names.stages).map(([value, each]) => ({ value, label: each[language] })),
      },
      {
        key: "channel",
        title: "orders.column.channel",
        kind: "choice",
        choices: Object.entries(names.channels).map(([value, label]) => ({ value, label })),
      },
      {
        key: "grade",
        title: "orders.column.grade",
        kind: "choice",
        choices: ["urgent", "vip", "oem", "ordinary"].map((value) => ({ value, label: t(`orders.grade.${value}`) })),
      },
      { key: "hold", title: "orders.column.hold", kind: "choice", choices: holdChoices(house) },
      { key: "province", title: "orders.column.province", kind: "choice" },
      {
        key: "warehouse",
        title: "orders.filter.warehouse",
        kind: "choice",
        choices: Object.entries(names.warehouses).map(([value, label]) => ({ value, label })),
      },
      { key: "customer_no", title: "orders.column.customer_no", kind: "text" },
      { key: "external_no", title: "orders.column.external_no", kind: "text" },
      { key: "placed", title: "orders.column.placed_at", kind: "days" },
      ...(["held", "paid", "shipped", "cancelled"] as const).map((key) => ({
        key,
        title: `orders.filter.${key}`,
        kind: "yes" as const,
        quiet: true,
      })),
      ...(["carrier", "furthest"] as const).map((key) => ({
        key,
        title: `orders.filter.${key}`,
        kind: "text" as const,
        quiet: true,
      })),
      { key: "figure", title: "orders.filter.figure", kind: "choice", choices: figure ? [figure] : [], quiet: true },
    ],
  };
}

function holdChoices({ holds }: House): { value: string; label: string }[] | undefined {
  return holds.length > 0 ? holds : undefined;
}
