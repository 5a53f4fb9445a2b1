import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { api, told } from "~/client/api";
import { type Content, save, whole } from "~/features/studio/read";
import type { FieldShown } from "~/ui/form/definition";

const SETTLE_MS = 600;
type Own = { content: Content; cases: Content[]; edition: number };

/** What a subject consists of without its own fields, and where each is used. */
export function useSubject(subject: string) {
  return useQuery({
    queryKey: ["fields", subject],
    queryFn: ({ signal }) => told(api.GET("/api/v1/subjects/{subject}", { params: { path: { subject } }, signal })),
  });
}

/**
 * A subject's dictionary as it is being written. What is changed here is saved as its draft after a moment; it comes
 * into force with the document beside it.
 */
export function useOwn(subject: string, locked: boolean) {
  const client = useQueryClient();
  const key = { kind: "fields", name: subject };
  const asked = useQuery({
    queryKey: ["document", "fields", subject, "own"],
    refetchOnWindowFocus: false,
    queryFn: async ({ signal }): Promise<Own> => {
      const found = await whole(key, undefined, signal);
      return { content: found.content, cases: found.cases, edition: found.edition };
    },
  });
  const [typed, setTyped] = useState<Content | null>(null);
  const [failed, setFailed] = useState<unknown>(null);
  const running = useRef<Promise<unknown>>(Promise.resolve());
  const edition = useRef(0);
  if (asked.data && asked.data.edition > edition.current) edition.current = asked.data.edition;
  const name = key.name;
  const cases = asked.data?.cases;
  const keep = useCallback(
    (content: Content) => {
      running.current = running.current.then(async () => {
        try {
          const saved = await save({ kind: "fields", name }, content, cases ?? [], edition.current);
          edition.current = saved.edition;
          setFailed(null);
          client.setQueryData(["document", "fields", name, "own"], {
            content,
            cases: cases ?? [],
            edition: saved.edition,
          });
          client.invalidateQueries({ queryKey: ["list", "studio"] });
        } catch (error) {
          setFailed(error);
        }
      });
      return running.current;
    },
    [client, name, cases],
  );
  useEffect(() => {
    if (!typed || locked) return;
    const timer = setTimeout(() => keep(typed), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [typed, locked, keep]);
  const content = typed ?? asked.data?.content ?? { subject, fields: [] };
  const fields = ((content.fields as FieldShown[] | undefined) ?? []).filter(Boolean);
  return {
    content,
    fields,
    failed: failed ?? asked.error,
    pending: asked.isPending,
    write: (next: Content) => setTyped(next),
    put: (field: FieldShown) => {
      const there = fields.some((each) => each.name === field.name);
      const next = there ? fields.map((each) => (each.name === field.name ? field : each)) : [...fields, field];
      setTyped({ ...content, fields: next });
    },
  };
}

export type Owned = ReturnType<typeof useOwn>;
