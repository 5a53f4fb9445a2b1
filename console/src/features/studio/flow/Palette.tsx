import { useTranslation } from "react-i18next";
import { DRAGGED } from "~/features/studio/flow/Canvas";
import { GROUPS, KINDS } from "~/features/studio/flow/kinds";

/** What a flow is made of: dragged onto the canvas, or put after what is chosen by a click or Enter. */
export function Palette({ add }: { add: (kind: string) => void }) {
  const { t } = useTranslation();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls by keys.
    <section className="flow-palette" aria-label={t("flows.palette")} tabIndex={0}>
      {GROUPS.map((group) => (
        <div key={group.key}>
          <h3>{t(`flows.group.${group.key}`)}</h3>
          {group.kinds.map((kind) => {
            const Icon = KINDS[kind]?.icon;
            return (
              <button
                key={kind}
                type="button"
                draggable
                className={`flow-part flow-${kind}`}
                title={t(`flows.does.${kind}`)}
                onClick={() => add(kind)}
                onDragStart={(event) => {
                  event.dataTransfer.setData(DRAGGED, kind);
                  event.dataTransfer.effectAllowed = "copy";
                }}
              >
                <span className="flow-icon">{Icon && <Icon aria-hidden />}</span>
                <span>
                  <b>{t(`flows.kind.${kind}`)}</b>
                  <span className="faint">{t(`flows.does.${kind}`)}</span>
                </span>
              </button>
            );
          })}
        </div>
      ))}
    </section>
  );
}
