import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { useActor } from "~/ui/actors";
import { When } from "~/ui/Words";

export type Moment = {
  key: string | number;
  at: string;
  title: string;
  who: string;
  tone?: "good" | "warn" | "bad";
  /** What stands folded behind it. */
  more?: ReactNode;
  short?: ReactNode;
  /** What is shown below it at once. */
  shown?: ReactNode;
};

const FIRST = 60;

/** What happened, the newest first; each opens to what stands behind it. */
export function Timeline({ moments }: { moments: Moment[] }) {
  const { t } = useTranslation();
  const [all, setAll] = useState(false);
  const newest = [...moments].reverse();
  const shown = all ? newest : newest.slice(0, FIRST);
  return (
    <ol className="timeline">
      {shown.map((each) => (
        <li key={each.key} className={each.tone}>
          {each.more ? (
            <details>
              <summary>
                <Line moment={each} />
              </summary>
              <div className="timeline-more">{each.more}</div>
            </details>
          ) : (
            <Line moment={each} />
          )}
          {each.shown}
        </li>
      ))}
      {shown.length < newest.length && (
        <li>
          <button type="button" className="plain" onClick={() => setAll(true)}>
            {t("detail.timeline.all", { count: newest.length })}
          </button>
        </li>
      )}
    </ol>
  );
}

function Line({ moment }: { moment: Moment }) {
  const actor = useActor();
  return (
    <>
      <span className="timeline-head">
        <b>{moment.title}</b>
        <When at={moment.at} />
      </span>
      <span className="timeline-who">
        {actor(moment.who)}
        {moment.short && <span>{moment.short}</span>}
      </span>
    </>
  );
}
