import i18next from "i18next";
import createClient from "openapi-fetch";
import { watched } from "~/client/connection";
import { Away, Problem } from "~/client/problems";
import type { paths } from "~/client/schema";

/** What proves that a write comes from this console and not from a page elsewhere that borrows its cookie. */
export const OURS = { "X-Orderloom": "console" };

/** The API by its own document: paths, parameters and answers are typed. Wrap each call in `told`. */
export const api = createClient<paths>({ baseUrl: window.location.origin, fetch: watched });

api.use({
  onRequest({ request }) {
    request.headers.set("Accept-Language", i18next.language);
    if (request.method !== "GET") {
      for (const [name, value] of Object.entries(OURS)) request.headers.set(name, value);
    }
    return request;
  },
});

type Answer<T> = { data?: T; error?: unknown; response: Response };

/** The answer of a call. Throws a Problem where the server says no, and Away where it does not answer. */
export async function told<T>(call: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>;
  try {
    answer = await call;
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Away();
  }
  if (answer.response.ok) return answer.data as T;
  const body = answer.error && typeof answer.error === "object" ? answer.error : {};
  throw new Problem(answer.response.status, body);
}

/** A name for one intent of a person: sent with each try of it, so that it is done once. */
export function once(): { "Idempotency-Key": string } {
  return { "Idempotency-Key": crypto.randomUUID() };
}
