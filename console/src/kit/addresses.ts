/** What stands behind the question mark of an address: flat texts, so that people can read and share it. */
export type Search = Record<string, string>;

export function parse(text: string): Search {
  return Object.fromEntries(new URLSearchParams(text));
}

/** Nothing that is empty, in the order of names, so that the same list has the same address. */
export function write(search: Record<string, unknown>): string {
  const told = new URLSearchParams();
  for (const name of Object.keys(search).sort()) {
    const value = search[name];
    if (value !== undefined && value !== null && value !== "") told.set(name, String(value));
  }
  const text = told.toString();
  return text ? `?${text}` : "";
}
