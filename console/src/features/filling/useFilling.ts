import { useCallback, useEffect, useRef, useState } from "react";
import { api, told } from "~/client/api";
import { onReturn } from "~/client/connection";
import { useLanguage } from "~/client/language";
import { Away, Problem } from "~/client/problems";
import { fresh, type Kept, read, write } from "~/features/filling/kept";
import { problemsOf, stated, type Values } from "~/ui/form/definition";

const AGAIN_MS = 5_000;

/** Whether the answer says nothing of the submission: the server is away, broken or busy, so the same is sent again. */
const unknown = (error: unknown) =>
  error instanceof Away || (error instanceof Problem && (error.status >= 500 || error.status === 429));

/** A form being filled in: kept as it is typed, sent once however often it is tried. */
export function useFilling(token: string, beginning: Values) {
  const { language } = useLanguage();
  const [kept, setKept] = useState<Kept>(() => read(token) ?? fresh(beginning));
  const [refused, setRefused] = useState<unknown>(null);
  const [website, setWebsite] = useState("");
  const [waiting, setWaiting] = useState(false);
  const trying = useRef(false);
  const keep = useCallback(
    (next: Kept) => {
      write(token, next);
      setKept(next);
    },
    [token],
  );
  const send = useCallback(
    async (now: Kept) => {
      if (trying.current) return;
      trying.current = true;
      keep({ ...now, sending: true });
      try {
        const body = { submission_id: now.id, values: stated(now.values) as never, ...(website && { website }) };
        const done = await told(api.POST("/f/{token}", { params: { path: { token } }, body }));
        setWaiting(false);
        keep({ id: now.id, values: {}, sending: false, done });
      } catch (error) {
        if (unknown(error)) setWaiting(true);
        else {
          setWaiting(false);
          setRefused(error);
          keep({ ...now, sending: false });
        }
      } finally {
        trying.current = false;
      }
    },
    [token, keep, website],
  );
  // What was on its way when the server went, or the page was left, goes on by itself.
  useEffect(() => {
    if (!kept.sending) return;
    const again = () => void send(kept);
    const timer = setInterval(again, AGAIN_MS);
    const gone = onReturn(again);
    return () => {
      clearInterval(timer);
      gone();
    };
  }, [kept, send]);
  const resumed = useRef(kept.sending);
  useEffect(() => {
    if (!resumed.current) return;
    resumed.current = false;
    void send(kept);
  }, [kept, send]);
  const errors = refused instanceof Problem ? (refused.body.errors ?? []) : [];
  return {
    kept,
    waiting,
    refused,
    problems: problemsOf(errors as never, language),
    type: (values: Values) => keep({ ...kept, values }),
    send: () => {
      setRefused(null);
      void send(kept);
    },
    trap: setWebsite,
    again: () => {
      setRefused(null);
      keep(fresh(beginning));
    },
  };
}
