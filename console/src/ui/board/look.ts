/** The colours of the page, which a drawing takes over. */
export type Look = {
  /** A drawing inherits nothing, so that it has to be told the page's letters. */
  font: string;
  /** How wide the drawing is, in pixels. */
  width: number;
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
