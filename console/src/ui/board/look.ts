/** The colours of the page, which a drawing takes over. */
export type Look = {
  text: string;
  faint: string;
  rule: string;
  panel: string;
  mark: string;
  warn: string;
  bad: string;
  /** From little to much. */
  ramp: string[];
};
