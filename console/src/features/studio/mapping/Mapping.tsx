import { Input, Spin } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSubject } from "~/features/studio/designer/own";
import type { Drawn } from "~/features/studio/drawn";
import { Defaults } from "~/features/studio/mapping/Defaults";
import { DryRun } from "~/features/studio/mapping/DryRun";
import {
  at,
  connected,
  inLine,
  leavesOf,
  type Mapping as Map_,
  mappingOf,
  type Place,
  type Readings,
} from "~/features/studio/mapping/model";
import { type Chosen, Payload } from "~/features/studio/mapping/Payload";
import { Result } from "~/features/studio/mapping/Result";
import { Targets } from "~/features/studio/mapping/Targets";
import { Tree } from "~/features/studio/mapping/Tree";
import { useTrial } from "~/features/studio/mapping/trial";
import "~/features/studio/designer/designer.css";
import "~/features/studio/mapping/mapping.css";

/** How a channel's messages are read, beside one of them: what stands in it at the left, the order's fields at the right. */
export default function Mapping({ of, content, findings, locked, write }: Drawn) {
  const { t } = useTranslation();
  const subject = useSubject("order");
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const [place, setPlace] = useState<Place | null>(null);
  const mapping = mappingOf(content, of.name);
  const trial = useTrial(of.name, content, chosen?.payload);
  if (subject.isPending) return <Spin />;
  const record = chosen ? (mapping.orders ? at(chosen.payload, mapping.orders) : chosen.payload) : undefined;
  const leaves = record === undefined ? [] : leavesOf(record);
  const each = mapping.lines?.each;
  const put = (next: Map_) => write({ ...content, mapping: next });
  const putFields = (which: "order" | "line", fields: Readings) =>
    put(which === "order" ? { ...mapping, fields } : { ...mapping, lines: { ...mapping.lines, fields } });
  const fieldsOf = (which: "order" | "line") => (which === "order" ? mapping.fields : (mapping.lines?.fields ?? {}));
  const connect = (path: string, to = place) => {
    if (!to || locked) return;
    const said = to.of === "line" && !mapping.rows ? inLine(path, each) : path;
    putFields(to.of, connected(fieldsOf(to.of), to.field, said));
  };
  return (
    <div className="mapping">
      <Payload name={of.name} chosen={chosen} choose={setChosen} mapping={mapping} />
      <div className="mapping-body">
        <section className="mapping-side" aria-label={t("mapping.payload")}>
          <h3>{t("mapping.payload")}</h3>
          {!mapping.rows && (
            <Input
              size="small"
              prefix={<span className="faint">{t("mapping.orders")}</span>}
              aria-label={t("mapping.orders")}
              placeholder={t("mapping.orders.whole")}
              disabled={locked}
              value={mapping.orders ?? ""}
              onChange={(event) => put({ ...mapping, orders: event.target.value || undefined })}
            />
          )}
          {leaves.length === 0 ? (
            <p className="faint">{t(chosen ? "mapping.payload.empty" : "mapping.payload.none")}</p>
          ) : (
            <Tree
              leaves={leaves}
              mapping={mapping}
              place={place}
              locked={locked}
              connect={connect}
              lines={(path) => put({ ...mapping, lines: { fields: {}, ...mapping.lines, each: path } })}
            />
          )}
        </section>
        <section className="mapping-side" aria-label={t("mapping.fields")}>
          {(["order", "line"] as const).map((which) => (
            <Targets
              key={which}
              of={which}
              known={(which === "order" ? subject.data?.targets : subject.data?.line_targets) ?? []}
              readings={fieldsOf(which)}
              leaves={leaves}
              each={which === "line" ? each : undefined}
              findings={findings.filter((one) =>
                one.path.startsWith(which === "order" ? "/mapping/fields/" : "/mapping/lines/fields/"),
              )}
              errors={trial.data?.errors ?? []}
              place={place}
              locked={locked}
              choose={setPlace}
              connect={connect}
              write={(fields) => putFields(which, fields)}
            />
          ))}
        </section>
      </div>
      <Result trial={trial} given={chosen !== null} />
      <Defaults content={content} findings={findings} locked={locked} write={write} />
      <DryRun name={of.name} content={content} />
    </div>
  );
}
