import type { Content, Finding, Key, Kind } from "~/features/studio/read";

/** What an editor of a kind's own is given. */
export type Drawn = {
  of: Key;
  kind: Kind;
  content: Content;
  cases: Content[];
  findings: Finding[];
  locked: boolean;
  write: (content: Content) => void;
};
