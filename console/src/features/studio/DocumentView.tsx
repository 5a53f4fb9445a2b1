import { CheckOutlined, CloudUploadOutlined, SaveOutlined } from "@ant-design/icons";
import { Alert, Button } from "antd";
import { useCallback, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "~/client/language";
import { useMay } from "~/client/session";
import { alertOf } from "~/features/studio/alert/model";
import { Past } from "~/features/studio/alert/Past";
import { Backtest } from "~/features/studio/Backtest";
import { Cases } from "~/features/studio/Cases";
import { Conflict } from "~/features/studio/Conflict";
import { Differing } from "~/features/studio/Differing";
import { type Drafting, useDraft } from "~/features/studio/drafts";
import { Editor } from "~/features/studio/Editor";
import { useStanding } from "~/features/studio/flow/read";
import { History } from "~/features/studio/History";
import { Standing, stateOf } from "~/features/studio/list";
import { Problems } from "~/features/studio/Problems";
import { type Moved, Publishing } from "~/features/studio/Publishing";
import { Removal } from "~/features/studio/Removal";
import { type Content, type Finding, type Key, type Kind, type Whole, whole as wholeOf } from "~/features/studio/read";
import { useTitles } from "~/features/studio/titles";
import { Badge } from "~/ui/Badge";
import { DetailPage } from "~/ui/detail/DetailPage";
import { Trouble } from "~/ui/Trouble";

// A drawing needs the room, and shows its problems at its places.
const DRAWINGS = new Set(["flow", "board"]);
const TESTED = new Set(["rules", "form", "channel", "flow", "fields", "alert"]);

/** A draft beside the past: what it would have made of orders, or when it would have rung. */
const tested = (of: Key, { content, keep }: Drafting) =>
  of.kind === "alert" ? <Past alert={alertOf(content)} /> : <Backtest of={of} keep={keep} />;

/** The one frame for all kinds of documents. */
export function DocumentView({ of, kind, whole }: { of: Key; kind: Kind; whole: Whole }) {
  const { t } = useTranslation();
  const { language } = useLanguage();
  const may = useMay();
  const titled = useTitles();
  const draft = useDraft(of, whole);
  const [busy, setBusy] = useState("");
  const [failed, setFailed] = useState<unknown>(null);
  const [publishing, setPublishing] = useState<number | null>(null);
  const [moved, setMoved] = useState<Moved | null>(null);
  const locked = !may("documents:write");
  const during = async (what: string, work: () => Promise<unknown>) => {
    setBusy(what);
    setFailed(null);
    try {
      await work();
    } catch (error) {
      setFailed(error);
    } finally {
      setBusy("");
    }
  };
  const { write } = draft;
  const writeContent = useCallback((content: Content) => write({ content }), [write]);
  const save = () => during("save", () => draft.keep());
  useEffect(() => {
    const typed = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key === "s") {
        event.preventDefault();
        save();
      }
    };
    window.addEventListener("keydown", typed);
    return () => window.removeEventListener("keydown", typed);
  });
  const judge = () => during("check", draft.judge);
  const ready = () =>
    during("publish", async () => {
      const edition = await draft.judge();
      if (edition !== undefined) setPublishing(edition);
    });
  const version = whole.row?.version ?? 0;
  // What is in force as it stands needs neither saving nor publishing.
  const settled = !draft.changed && draft.edition === 0 && version > 0 && !whole.row?.retired_at;
  const running = useStanding(of.name, of.kind === "flow" && version > 0).data?.length;
  const errors = draft.findings.filter((each) => each.level === "error").length;
  const problems = <Problems findings={draft.findings} checked={draft.checked} show={lead} />;
  const aside = !DRAWINGS.has(of.kind) && (draft.checked !== null || draft.findings.length > 0);
  const done = async () => {
    draft.take(await wholeOf(of, kind, new AbortController().signal));
    await draft.fresh();
  };
  return (
    <>
      <DetailPage
        asked={{ isPending: false, error: null, refetch: () => undefined }}
        back="/studio"
        name={titled(of)}
        marks={
          <>
            <Badge>{language === "zh" ? kind.label_zh : kind.label_en}</Badge>
            {whole.row ? (
              <Standing state={stateOf(whole.row)} t={t} />
            ) : (
              <Badge tone="warn">{t("studio.state.new")}</Badge>
            )}
            {version > 0 && <span className="faint figure">{t("studio.history.version", { version })}</span>}
            {draft.changed && <Badge tone="warn">{t("studio.unsaved")}</Badge>}
          </>
        }
        actions={
          !locked && (
            <>
              <Button
                icon={<SaveOutlined />}
                loading={busy === "save"}
                disabled={settled || (!draft.changed && draft.edition > 0)}
                onClick={save}
              >
                {t("studio.save")}
              </Button>
              <Button icon={<CheckOutlined />} loading={busy === "check"} onClick={judge}>
                {t("studio.check")}
              </Button>
              {may("documents:publish") && (
                <Button
                  type="primary"
                  icon={<CloudUploadOutlined />}
                  loading={busy === "publish"}
                  disabled={settled}
                  onClick={ready}
                >
                  {t("studio.publish.button")}
                </Button>
              )}
              <Removal of={of} whole={whole} draft={draft} kind={kind} />
            </>
          )
        }
        band={
          <div className="studio-notes">
            {failed !== null && <Trouble error={failed} />}
            {draft.checked?.publishable === false && (
              <Alert type="error" showIcon role="alert" title={t("studio.publish.errors", { count: errors })} />
            )}
            {moved && (
              <Alert
                type="success"
                showIcon
                closable
                title={t("flows.moved", { moved: moved.moved ?? 0, left: moved.left ?? 0 })}
              />
            )}
            {draft.brought && draft.changed && <Alert type="info" showIcon closable title={t("studio.brought")} />}
          </div>
        }
        tabs={[
          {
            key: "edit",
            title: "studio.tab.edit",
            show: (
              <Editor
                of={of}
                kind={kind}
                version={version}
                content={draft.content}
                cases={draft.cases}
                findings={draft.findings}
                checked={draft.checked}
                locked={locked}
                write={writeContent}
              />
            ),
          },
          {
            key: "cases",
            title: "studio.tab.cases",
            show: (
              <Cases
                kind={kind}
                content={draft.content}
                cases={draft.cases}
                findings={draft.findings}
                checked={draft.checked !== null}
                locked={locked}
                run={judge}
                running={busy === "check"}
                write={(cases) => draft.write({ cases })}
              />
            ),
          },
          {
            key: "diff",
            title: "studio.tab.diff",
            show: (
              <Differing
                of={of}
                before={version}
                after={0}
                edition={draft.edition}
                unsaved={draft.changed}
                content={draft.content}
              />
            ),
          },
          ...(TESTED.has(of.kind) && !locked
            ? [{ key: "backtest", title: "studio.tab.backtest", show: tested(of, draft) }]
            : []),
          {
            key: "history",
            title: "studio.tab.history",
            show: <History of={of} version={version} content={draft.content} done={done} />,
          },
        ]}
        timeline={aside ? { title: "studio.tab.problems", show: problems } : undefined}
      />
      <Conflict of={of} kind={kind} draft={draft} />
      {publishing !== null && (
        <Publishing
          of={of}
          edition={publishing}
          version={version}
          content={draft.content}
          findings={draft.findings}
          waiting={Boolean(running)}
          told={setMoved}
          close={(changed) => {
            setPublishing(null);
            if (changed) done();
          }}
        />
      )}
    </>
  );
}

/** Bring the place of a finding into sight: the field or the cell it is about. */
function lead(finding: Finding): void {
  let path = finding.path;
  let place: Element | null = null;
  while (path && !place) {
    place = document.querySelector(`[data-path="${CSS.escape(path)}"]`);
    path = path.slice(0, path.lastIndexOf("/"));
  }
  place?.scrollIntoView({ block: "center", inline: "center", behavior: "smooth" });
  place?.querySelector<HTMLElement>("button, input, textarea")?.focus({ preventScroll: true });
}
