import { Segmented, Spin } from "antd";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { DRAWN } from "~/features/studio/editors";
import { SchemaForm } from "~/features/studio/form/SchemaForm";
import type { Schema } from "~/features/studio/form/schema";
import type { Content, Finding, Key, Kind } from "~/features/studio/read";
import { Rules } from "~/features/studio/rules/Rules";
import { Source } from "~/features/studio/Source";

const Flow = lazy(() => import("~/features/studio/flow/Flow"));

type Props = {
  of: Key;
  kind: Kind;
  version: number;
  content: Content;
  cases: Content[];
  findings: Finding[];
  checked: { publishable: boolean } | null;
  locked: boolean;
  write: (content: Content) => void;
};

/** What a document says, in the form that fits its kind; its source for those who ask for it. */
export function Editor(props: Props) {
  const { of, kind, version, content, cases, findings, checked, locked, write } = props;
  const { t } = useTranslation();
  const [how, setHow] = useState<"form" | "source">("form");
  const drawn = kind.name === "rules";
  const own = DRAWN[kind.name];
  const without = own ? own.draws : drawn ? ["content"] : [];
  const choice = (
    <Segmented
      className="editor-how"
      value={how}
      onChange={setHow}
      options={[
        { value: "form", label: t(kind.name === "flow" ? "studio.editor.drawing" : "studio.editor.form") },
        { value: "source", label: t("studio.source.title") },
      ]}
    />
  );
  if (kind.name === "flow" && how === "form")
    return (
      <Suspense fallback={<Spin />}>
        <Flow {...{ version, content, cases, findings, checked, locked, write }} name={of.name} end={choice} />
      </Suspense>
    );
  return (
    <div className="editor">
      {choice}
      {how === "source" ? (
        <Source value={content} locked={locked} write={write} />
      ) : (
        <>
          {own && (
            <Suspense fallback={<Spin />}>
              <own.show
                of={of}
                kind={kind}
                content={content}
                cases={cases}
                findings={findings}
                locked={locked}
                write={write}
              />
            </Suspense>
          )}
          {without !== "all" && (
            <SchemaForm
              schema={kind.schema as Schema}
              value={content}
              findings={findings}
              locked={locked}
              write={write}
              without={without}
            />
          )}
          {drawn && <Rules content={content} cases={cases} findings={findings} locked={locked} write={write} />}
        </>
      )}
    </div>
  );
}
