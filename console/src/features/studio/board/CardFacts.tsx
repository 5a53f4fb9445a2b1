import {
  ArrowDownOutlined,
  ArrowLeftOutlined,
  ArrowRightOutlined,
  ArrowUpOutlined,
  BarChartOutlined,
  BranchesOutlined,
  DeleteOutlined,
  EnvironmentOutlined,
  FunnelPlotOutlined,
  HeatMapOutlined,
  LineChartOutlined,
  NumberOutlined,
  OrderedListOutlined,
  TableOutlined,
} from "@ant-design/icons";
import { Link } from "@tanstack/react-router";
import { Button, InputNumber, Segmented, Select } from "antd";
import type { ComponentType } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "~/client/language";
import { useNames } from "~/client/names";
import { Titles } from "~/features/studio/board/BoardFacts";
import {
  type BoardContent,
  beside,
  type Card,
  changed,
  DRAWINGS,
  type Drawing,
  drawable,
  groupedBy,
  redrawn,
  type Spot,
} from "~/features/studio/board/model";
import { Fact } from "~/features/studio/dictionary/FieldFacts";
import { titleOf } from "~/features/studio/list";
import type { Row } from "~/features/studio/read";
import { BucketChoice, FieldChoice, SpanChoice } from "~/features/studio/Timed";
import { fieldsOf, isMoney, typed, useCounted, useMetric } from "~/features/studio/vocabulary";
import { figure, minor } from "~/kit/amounts";
import { WatchList } from "~/ui/board/Watch";

const ICONS: Record<Drawing, ComponentType> = {
  number: NumberOutlined,
  line: LineChartOutlined,
  bar: BarChartOutlined,
  rank: OrderedListOutlined,
  funnel: FunnelPlotOutlined,
  heat: HeatMapOutlined,
  map: EnvironmentOutlined,
  sankey: BranchesOutlined,
  table: TableOutlined,
};
const WAYS = { left: ArrowLeftOutlined, right: ArrowRightOutlined, up: ArrowUpOutlined, down: ArrowDownOutlined };

type Props = {
  board: BoardContent;
  card: Card;
  at: Spot;
  metrics: Row[];
  locked: boolean;
  choose: (spot: Spot | null) => void;
  move: (to: Spot) => void;
  write: (board: BoardContent) => void;
};

/** What a card shows, how it is drawn, when it changes colour, where it stands. */
export function CardFacts({ board, card, at, metrics, locked, choose, move, write }: Props) {
  const { t } = useTranslation();
  const { language } = useLanguage();
  const { currency } = useNames();
  const metric = useMetric(card.metric);
  const fields = fieldsOf(useCounted(), metric?.of, metric?.record);
  const put = (part: Partial<Card>) => write(changed(board, at, { ...card, ...part }));
  const money = isMoney(metric, fields);
  const show = card.show ?? "number";
  const bound = (name: "warn" | "bad") => (
    <Fact label={t(`board.design.${name}`)}>
      <InputNumber
        aria-label={t(`board.design.${name}`)}
        disabled={locked}
        suffix={money ? currency : undefined}
        value={card[name] === undefined ? null : money ? Number(figure(card[name], currency)) : card[name]}
        onChange={(value) =>
          put({ [name]: value === null ? undefined : money ? minor(String(value), currency) : Number(value) })
        }
      />
    </Fact>
  );
  return (
    <div className="properties card-facts">
      <h3>{t("board.design.card")}</h3>
      <Fact label={t("board.design.metric")}>
        <Select
          aria-label={t("board.design.metric")}
          disabled={locked}
          showSearch={{ optionFilterProp: "label" }}
          value={card.metric}
          options={metrics.map((each) => ({ value: each.name, label: titleOf(each, language) }))}
          onChange={(next) => write(changed(board, at, { metric: next, show: "number", width: card.width }))}
        />
        <Link to={`/studio/metric/${card.metric}` as "/"}>{t("board.design.open_metric")}</Link>
      </Fact>
      <fieldset className="drawings" aria-label={t("board.design.show")}>
        {DRAWINGS.map((each) => {
          const Icon = ICONS[each];
          return (
            <button
              key={each}
              type="button"
              className="drawing"
              aria-pressed={each === show}
              disabled={locked || !drawable(each, metric, fields)}
              onClick={() => write(changed(board, at, redrawn(card, each, metric, fields)))}
            >
              <Icon />
              {t(`board.show.${each}`)}
            </button>
          );
        })}
      </fieldset>
      <Fact label={t("board.design.by")}>
        <FieldChoice
          label={t("board.design.by")}
          several
          locked={locked || show === "map"}
          fields={typed(fields, "text", "flag")}
          value={groupedBy(card, metric)}
          write={(by) => put({ by: show === "number" && by.length === 0 ? undefined : by })}
        />
      </Fact>
      <Fact label={t("board.design.over")}>
        <SpanChoice
          label={t("board.design.over")}
          value={card.over}
          usual={metric?.over}
          locked={locked}
          write={(over) => put({ over })}
        />
      </Fact>
      {["line", "bar", "heat", "table"].includes(show) && (
        <Fact label={t("board.design.bucket")}>
          <BucketChoice
            label={t("board.design.bucket")}
            value={card.bucket}
            usual={metric?.bucket}
            locked={locked}
            write={(bucket) => put({ bucket })}
          />
        </Fact>
      )}
      <div className="pair">
        {bound("warn")}
        {bound("bad")}
      </div>
      <Fact label={t("board.design.width")}>
        <Segmented
          aria-label={t("board.design.width")}
          block
          disabled={locked}
          value={card.width ?? 1}
          options={[1, 2, 3, 4]}
          onChange={(width) => put({ width: width === 1 ? undefined : width })}
        />
      </Fact>
      <Titles
        value={card.title}
        hint={metric?.title}
        locked={locked}
        write={(title) => put({ title: title.zh || title.en ? title : undefined })}
      />
      <Fact label={t("alerts.watching")}>
        <WatchList metric={card.metric} />
      </Fact>
      {!locked && (
        <div className="properties-end">
          {(Object.keys(WAYS) as (keyof typeof WAYS)[]).map((way) => {
            const Icon = WAYS[way];
            const to = beside(board, at, way);
            return (
              <Button
                key={way}
                icon={<Icon />}
                disabled={!to}
                aria-label={t(`board.design.${way}`)}
                title={t(`board.design.${way}`)}
                onClick={() => to && move(to)}
              />
            );
          })}
          <Button
            danger
            icon={<DeleteOutlined />}
            disabled={board.rows.flat().length === 1}
            onClick={() => {
              write(changed(board, at, undefined));
              choose(null);
            }}
          >
            {t("board.design.remove")}
          </Button>
        </div>
      )}
      <Button type="link" onClick={() => choose(null)}>
        {t("board.design.done")}
      </Button>
    </div>
  );
}
