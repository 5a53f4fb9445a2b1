import { CloseOutlined } from "@ant-design/icons";
import { Button, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Place } from "~/features/studio/mapping/model";
import { howOf, inLine, type Leaf, NEEDED, type Readings, shortOf, without } from "~/features/studio/mapping/model";
import { Source } from "~/features/studio/mapping/Source";
import type { Wrong } from "~/features/studio/mapping/trial";
import { useTargetName } from "~/features/studio/mapping/words";
import type { Finding } from "~/features/studio/read";

type Props = {
  of: "order" | "line";
  known: { name: string; holds: string }[];
  readings: Readings;
  leaves: Leaf[];
  each: string | undefined;
  findings: Finding[];
  errors: Wrong[];
  place: Place | null;
  locked: boolean;
  choose: (place: Place | null) => void;
  connect: (path: string, to: Place) => void;
  write: (readings: Readings) => void;
};

/** The order's fields, or those of its lines: where each comes from, and what is still missing. */
export function Targets(props: Props) {
  const { t, i18n } = useTranslation();
  const nameOf = useTargetName();
  const { of, known, readings, leaves, each, findings, errors, place, locked, choose, connect, write } = props;
  const [over, setOver] = useState("");
  const missing = NEEDED[of].filter((name) => readings[name] === undefined);
  const chosen = place?.of === of ? place.field : "";
  const shown = [
    ...missing,
    ...(chosen && !readings[chosen] && !missing.includes(chosen) ? [chosen] : []),
    ...Object.keys(readings),
  ];
  const said = (one: { zh: string; en: string }) => (i18n.language === "en" ? one.en : one.zh);
  const wrongOf = (field: string) => [
    ...findings.filter((one) => one.path.endsWith(`/${field}`) || one.path.includes(`/${field}/`)).map(said),
    ...errors
      .filter((one) => (of === "line" ? one.field.replace(/^lines\./, "") : one.field) === field)
      .map((one) => said(one.told)),
  ];
  const sampleOf = (given: Readings[string]) => {
    const path = shortOf(given);
    return leaves.find((leaf) => leaf.path === path || (of === "line" && inLine(leaf.path, each) === path))?.sample;
  };
  return (
    <div className="targets">
      <h3>
        {t(`mapping.${of}.fields`)}
        {of === "line" && each && <code className="faint">{each}</code>}
      </h3>
      {shown.map((field) => {
        const given = readings[field];
        const wrong = [...new Set(wrongOf(field))];
        const open = chosen === field;
        const names = ["target"];
        if (open) names.push("chosen");
        if (over === field) names.push("over");
        if (wrong.length > 0 || !given) names.push("wrong");
        return (
          // biome-ignore lint/a11y/noStaticElementInteractions: dropping is an extra; a click on both does the same.
          <div
            key={field}
            className={names.join(" ")}
            data-target={`${of}:${field}`}
            data-path={of === "order" ? `/mapping/fields/${field}` : `/mapping/lines/fields/${field}`}
            onDragOver={(event) => {
              event.preventDefault();
              setOver(field);
            }}
            onDragLeave={() => setOver("")}
            onDrop={(event) => {
              event.preventDefault();
              setOver("");
              connect(event.dataTransfer.getData("text/plain"), { of, field });
            }}
          >
            <div className="target-row">
              <button
                type="button"
                className="plain target-name"
                aria-expanded={open}
                onClick={() => choose(open ? null : { of, field })}
              >
                <span>{nameOf(field)}</span>
                <small className="faint">{field}</small>
              </button>
              <span className="target-from">
                {given ? (
                  <>
                    <code>{shortOf(given)}</code>
                    {howOf(given) === "path" && <small className="faint">{sampleOf(given)}</small>}
                  </>
                ) : (
                  <span className="late">{t("mapping.missing")}</span>
                )}
              </span>
              {given && !locked && (
                <Button
                  type="text"
                  size="small"
                  icon={<CloseOutlined />}
                  aria-label={t("mapping.unmap", { name: nameOf(field) })}
                  onClick={() => write(without(readings, field))}
                />
              )}
            </div>
            {wrong.map((text) => (
              <div key={text} className="form-wrong form-error">
                {text}
              </div>
            ))}
            {open && (
              <Source
                given={given ?? {}}
                leaves={leaves}
                each={of === "line" ? each : undefined}
                locked={locked}
                write={(next) => write({ ...readings, [field]: next })}
              />
            )}
          </div>
        );
      })}
      {!locked && (
        <Select
          className="targets-add"
          aria-label={t(`mapping.${of}.add`)}
          placeholder={t(`mapping.${of}.add`)}
          showSearch={{ optionFilterProp: "label" }}
          value={null}
          options={known
            .filter((one) => readings[one.name] === undefined)
            .map((one) => ({ value: one.name, label: `${nameOf(one.name)} ${one.name}` }))}
          onChange={(field: string) => choose({ of, field })}
        />
      )}
    </div>
  );
}
