import { Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import { useLanguage } from "~/client/language";
import type { Apart, Leaf } from "~/features/quarantine/read";

type Shown = { apart: Apart; leaves: Map<string, Leaf>; picked: ReadonlySet<string>; pick: (place: string) => void };

/** All of a message: rows of a file as a table, anything else as a tree; what is wrong stands out where it is. */
export function Tree(props: Shown) {
  const { apart } = props;
  if (apart.shape === "text") return <pre className="raw">{String(apart.content)}</pre>;
  if (apart.shape === "rows") return <Cells {...props} />;
  return (
    <ul className="tree">
      <Node {...props} name="" value={apart.content} place="" />
    </ul>
  );
}

function Cells(props: Shown) {
  const { t } = useTranslation();
  const { header, rows, numbers } = props.apart.content as { header: string[]; rows: unknown[][]; numbers: number[] };
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls by keys.
    <section className="cells" tabIndex={0} aria-label={t("quarantine.part.payload")}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t("quarantine.row")}</th>
            {header.map((each, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: columns have no other name, and never move.
              <th key={at} scope="col">
                {each}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((cells, at) => (
            <tr key={numbers[at] ?? at}>
              <th scope="row">{numbers[at] ?? at + 1}</th>
              {cells.map((_, n) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: as above.
                <td key={n}>
                  <Value {...props} place={`/rows/${at}/${n}`} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

const escaped = (name: string) => name.replaceAll("~", "~0").replaceAll("/", "~1");

function Node(props: Shown & { name: string; value: unknown; place: string }) {
  const { name, value, place, ...shown } = props;
  if (value === null || typeof value !== "object")
    return (
      <li>
        <span className="tree-name">{name}</span> <Value {...shown} place={place} />
      </li>
    );
  const inside = Object.entries(value).map(([key, each]) => (
    <Node key={key} {...shown} name={key} value={each} place={`${place}/${escaped(key)}`} />
  ));
  if (place === "") return inside;
  return (
    <li>
      <details open>
        <summary className="tree-name">{name}</summary>
        <ul>{inside}</ul>
      </details>
    </li>
  );
}

function Value({ leaves, picked, pick, place }: Shown & { place: string }) {
  const { t } = useTranslation();
  const { language } = useLanguage();
  const leaf = leaves.get(place);
  if (!leaf) return null;
  const wrong = leaf.problems.map((each) => each[language]).join(" ");
  const text = leaf.value === null || leaf.value === "" ? t("quarantine.nothing") : String(leaf.value);
  const marks = ["tree-value", wrong && "wrong", picked.has(place) && "picked", leaf.masked && "masked"];
  const button = (
    <button
      type="button"
      className={marks.filter(Boolean).join(" ")}
      aria-label={t("quarantine.mend_this", { name: leaf.name, value: text })}
      onClick={() => pick(place)}
    >
      {text}
    </button>
  );
  return wrong ? <Tooltip title={wrong}>{button}</Tooltip> : button;
}
