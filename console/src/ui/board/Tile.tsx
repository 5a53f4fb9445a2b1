import { BarChartOutlined, TableOutlined } from "@ant-design/icons";
import { Link, useNavigate } from "@tanstack/react-router";
import { Button, Spin } from "antd";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "~/client/language";
import { useMay } from "~/client/session";
import { type Card, counts, drill, type Figure, type Firing, type Spot, toneOf } from "~/ui/board/read";
import { Watch } from "~/ui/board/Watch";
import { type BoardWords, useBoardWords } from "~/ui/board/words";
import { Span, When } from "~/ui/Words";

const Chart = lazy(() => import("~/ui/board/Chart"));
const ROWS_MAX = 200;

type Props = { card: Card; spot?: Spot; firing?: Firing[]; theme: string; at: string };

/** One card of a board: its title, its figures as a drawing or as a table, the alerts that stand on it. */
export function Tile({ card, spot, firing = [], theme, at }: Props) {
  const { t } = useTranslation();
  const { language } = useLanguage();
  const words = useBoardWords();
  const go = useNavigate();
  const [asTable, setAsTable] = useState(false);
  const title = card.title[language];
  const figures = card.figures ?? [];
  const open = (figure: Figure) => {
    const to = drill(card, spot, figure);
    if (to) go({ to });
  };
  const drawn = card.show !== "number" && card.show !== "table";
  return (
    <section className="tile" aria-label={title} style={{ flexGrow: card.width ?? 1 }} data-show={card.show}>
      <header className="tile-head">
        <h2>{title}</h2>
        {!card.summed && card.of !== "events" && !card.refused && (
          <span className="faint tile-note">{t("board.by_rows")}</span>
        )}
        <div className="grow" />
        {drawn && figures.length > 0 && (
          <Button
            type="text"
            size="small"
            icon={asTable ? <BarChartOutlined /> : <TableOutlined />}
            aria-label={t(asTable ? "board.as_drawing" : "board.as_table", { title })}
            aria-pressed={asTable}
            onClick={() => setAsTable(!asTable)}
          />
        )}
        {spot && <Watch metric={card.metric} title={title} />}
      </header>
      {card.refused ? (
        <p className="tile-empty faint">{t("board.too_slow")}</p>
      ) : card.show === "number" ? (
        <Numbers card={card} spot={spot} words={words} />
      ) : figures.length === 0 ? (
        <p className="tile-empty faint">{t("board.empty")}</p>
      ) : card.show === "table" || asTable ? (
        <Figures card={card} spot={spot} words={words} />
      ) : (
        <Suspense
          fallback={
            <div className="chart">
              <Spin className="tile-empty" />
            </div>
          }
        >
          <Chart card={card} words={words} theme={`${theme} ${language}`} open={open} label={title} />
        </Suspense>
      )}
      {firing.map((each) => (
        <Alarm key={each.alert + each.key} firing={each} words={words} at={at} />
      ))}
    </section>
  );
}

function Numbers({ card, spot, words }: { card: Card; spot?: Spot; words: BoardWords }) {
  const figures = card.figures ?? [];
  return (
    <div className="numbers">
      {(figures.length > 0 ? figures : [undefined]).map((figure) => {
        const value = figure?.value ?? (counts(card) ? 0 : null);
        const to = drill(card, spot, (card.by ?? []).length > 0 ? figure : undefined);
        const told = (
          <span className={`number number-${toneOf(card, value)}`}>
            {words.value(card, value)}
            <small>{words.unit(card)}</small>
          </span>
        );
        const label = figure?.groups.map((each, place) => words.group(card.by?.[place] ?? "", each)).join(" / ");
        return (
          <div key={label ?? ""}>
            {to ? <Link to={to}>{told}</Link> : told}
            {label && <div className="faint">{label}</div>}
          </div>
        );
      })}
      <Bounds card={card} words={words} />
    </div>
  );
}

function Bounds({ card, words }: { card: Card; words: BoardWords }) {
  const { t } = useTranslation();
  if (card.warn == null && card.bad == null) return null;
  return (
    <p className="bounds faint">
      {card.warn != null && <span>{t("board.warn", { value: words.value(card, card.warn) })}</span>}
      {card.bad != null && <span>{t("board.bad", { value: words.value(card, card.bad) })}</span>}
    </p>
  );
}

function Figures({ card, spot, words }: { card: Card; spot?: Spot; words: BoardWords }) {
  const { t } = useTranslation();
  const by = card.by ?? [];
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys.
    <div className="tile-table" tabIndex={0}>
      <table>
        <thead>
          <tr>
            {card.bucket && <th>{t("board.time")}</th>}
            {by.map((each) => (
              <th key={each}>{words.field(each)}</th>
            ))}
            <th className="right">{words.unit(card) || t("board.value")}</th>
          </tr>
        </thead>
        <tbody>
          {(card.figures ?? []).slice(0, ROWS_MAX).map((figure) => {
            const to = drill(card, spot, figure);
            const value = words.value(card, figure.value);
            return (
              <tr key={`${figure.bucket} ${figure.groups.join("/")}`}>
                {card.bucket && <td>{words.time(figure.bucket, card.bucket)}</td>}
                {by.map((field, place) => (
                  <td key={field}>{words.group(field, figure.groups[place] ?? "")}</td>
                ))}
                <td className={`right figure number-${toneOf(card, figure.value)}`}>
                  {to ? <Link to={to}>{value}</Link> : value}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

/** An alert that stands: since when, beyond what, and what it does. */
function Alarm({ firing, words, at }: { firing: Firing; words: BoardWords; at: string }) {
  const { t } = useTranslation();
  const { language } = useLanguage();
  const leads = useMay()("documents:read");
  const { document } = firing;
  const title = document?.title[language] ?? firing.alert;
  const groups = (firing.groups ?? []).map((each, place) => words.group(firing.by?.[place] ?? "", each)).join(" / ");
  const told = [
    ...(document?.notify ?? []).map((each) => each.to),
    ...(document?.start ? [t("board.alarm.flow", { flow: document.start })] : []),
    ...(document?.catch_up?.length ? [t("board.alarm.catch_up", { channels: document.catch_up.join(", ") })] : []),
  ];
  return (
    <div className={`alarm alarm-${document?.level ?? "warning"}`} role="status">
      {leads ? (
        <Link to={`/studio/alert/${firing.alert}` as "/"} title={t("board.alarm.rule")}>
          <strong>{title}</strong>
        </Link>
      ) : (
        <strong>{title}</strong>
      )}
      {(groups || firing.key) && <span>{groups || firing.key}</span>}
      <span>
        {t("board.alarm.value", {
          value: words.value(firing as never, firing.value),
          bound: words.value(firing as never, document?.bound),
        })}
      </span>
      <span>
        {t("board.alarm.since")} <When at={firing.since} />{" "}
        <Span seconds={Math.max(0, (Date.parse(at) - Date.parse(firing.since)) / 1000)} />
      </span>
      <span>{firing.told_at ? t("board.alarm.told", { to: told.join("、") }) : t("board.alarm.waiting")}</span>
    </div>
  );
}
