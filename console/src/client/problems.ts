import type { components } from "~/client/schema";
import type { Language } from "~/kit/texts";

type Body = components["schemas"]["Problem"];

/** Why something was refused, in both languages. */
export type Said = { code: string; zh: string; en: string };

/** An answer that says no: the server's own words for it, in both languages, under a stable code. */
export class Problem extends Error {
  readonly status: number;
  readonly said: Said;
  readonly body: Partial<Body>;

  constructor(status: number, body: Partial<Body>) {
    super(body.code ?? `http.${status}`);
    this.name = "Problem";
    this.status = status;
    this.body = body;
    const code = body.code ?? `http.${status}`;
    this.said = { code, zh: body.zh ?? body.detail ?? code, en: body.en ?? body.detail ?? code };
  }
}

/** The server could not be reached: nothing was done, or it is not known what was. */
export class Away extends Error {
  constructor() {
    super("away");
    this.name = "Away";
  }
}

/** What an error says in a language; nothing for one that is not the server's. */
export function words(error: unknown, language: Language): string | undefined {
  return error instanceof Problem ? error.said[language] : undefined;
}
