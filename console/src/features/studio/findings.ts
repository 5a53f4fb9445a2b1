import type { Finding } from "~/features/studio/read";

/** What is wrong at a place of a document or below it. */
export function within(findings: Finding[], path: string): Finding[] {
  return findings.filter((each) => each.path === path || each.path.startsWith(`${path}/`));
}
