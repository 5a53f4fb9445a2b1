import { Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import type { Line } from "~/features/audit/read";
import { NOTHING, type Words } from "~/features/audit/words";

const SHOWN = 3;
const CHARS = 60;

/** What differs between before and after, by field: its name, what it was, what it is. */
export function changes(line: Line, words: Words): [string, string, string][] {
  const was = fields(line.before);
  const is = fields(line.after);
  return [...new Set([...Object.keys(was), ...Object.keys(is)])]
    .map((key): [string, string, string] => [
      words.field(key),
      words.value(key, was[key], line),
      words.value(key, is[key], line),
    ])
    .filter(([, one, other]) => one !== other);
}

function fields(value: unknown): Record<string, unknown> {
  if (value === null || value === undefined) return {};
  return typeof value === "object" && !Array.isArray(value) ? (value as Record<string, unknown>) : { "": value };
}

/** The first changes in a line or two; all of them on hover. */
export function Changed({ line, words }: { line: Line; words: Words }) {
  const { t } = useTranslation();
  const all = changes(line, words);
  if (all.length === 0) return null;
  const rest = all.length - SHOWN;
  return (
    <Tooltip title={<All changes={all} />} mouseEnterDelay={0.4}>
      <span className="changed">
        {all.slice(0, SHOWN).map(([key, was, is]) => (
          <span key={key}>
            <span className="faint">{key}</span> {was !== NOTHING && <s>{clip(was)}</s>} {clip(is)}
          </span>
        ))}
        {rest > 0 && <span className="faint">{t("audit.more", { count: rest })}</span>}
      </span>
    </Tooltip>
  );
}

function All({ changes }: { changes: [string, string, string][] }) {
  return changes.map(([key, was, is]) => (
    <div key={key}>
      {key}: {was} → {is}
    </div>
  ));
}

const clip = (text: string) => (text.length > CHARS ? `${text.slice(0, CHARS)}…` : text);
