import { Button } from "antd";
import { useTranslation } from "react-i18next";
import type { Place } from "~/features/studio/mapping/model";
import { inLine, type Leaf, type Mapping, sources } from "~/features/studio/mapping/model";

type Props = {
  leaves: Leaf[];
  mapping: Mapping;
  place: Place | null;
  locked: boolean;
  connect: (path: string) => void;
  lines: (path: string) => void;
};

/** What stands in the message. A leaf is dragged onto a field, or clicked for the field that is chosen. */
export function Tree({ leaves, mapping, place, locked, connect, lines }: Props) {
  const { t } = useTranslation();
  const order = sources(mapping.fields);
  const line = sources(mapping.lines?.fields ?? {});
  const each = mapping.lines?.each;
  const usedBy = (path: string) => [
    ...(order.get(path) ?? []),
    ...(line.get(mapping.rows ? path : inLine(path, each)) ?? []).map((field) => `${t("mapping.line")} ${field}`),
  ];
  return (
    <ul className="tree">
      {leaves.map((leaf) => {
        const used = leaf.list ? [] : usedBy(leaf.path);
        return (
          <li key={leaf.path} style={{ paddingLeft: leaf.depth * 14 }}>
            {leaf.list ? (
              <span className="tree-branch">
                <b>{leaf.name}</b>
                {leaf.many > 0 && <span className="faint">× {leaf.many}</span>}
                {leaf.path.endsWith("[]") &&
                  (leaf.path === each ? (
                    <span className="tree-used">{t("mapping.lines.here")}</span>
                  ) : (
                    <Button size="small" type="link" disabled={locked} onClick={() => lines(leaf.path)}>
                      {t("mapping.lines.take")}
                    </Button>
                  ))}
              </span>
            ) : (
              <button
                type="button"
                className="leaf"
                draggable={!locked}
                disabled={locked}
                data-leaf={leaf.path}
                title={place ? t("mapping.connect", { field: place.field }) : t("mapping.connect.how")}
                onDragStart={(event) => event.dataTransfer.setData("text/plain", leaf.path)}
                onClick={() => connect(leaf.path)}
              >
                <span>{leaf.name}</span>
                <span className="faint leaf-sample">{leaf.sample}</span>
                {used.length > 0 && <span className="tree-used">{used.join("、")}</span>}
              </button>
            )}
          </li>
        );
      })}
    </ul>
  );
}
