type Words = [string, string[]][];

/** "orders:read", "orders:write" as a word with its deeds. */
export function byWord(verbs: string[]): Words {
  const words = new Map<string, string[]>();
  for (const each of verbs) {
    const [word = "", deed] = each.split(":");
    if (deed) words.set(word, [...(words.get(word) ?? []), deed]);
  }
  return [...words.entries()];
}

/** Whether a role's verbs cover this one. */
export function has(may: string[], verb: string): boolean {
  const [word] = verb.split(":");
  return may.includes("*") || may.includes(verb) || may.includes(`${word}:*`);
}

/** The verbs with one more or one less; taking one out of "all of a word" leaves the others. */
export function toggled(may: string[], verb: string, on: boolean, words: Words): string[] {
  if (verb === "*") return on ? ["*"] : [];
  const [word = "", deed] = verb.split(":");
  const others = may.filter((each) => each !== verb && each !== `${word}:*`);
  if (on) return deed === "*" ? [...others.filter((each) => !each.startsWith(`${word}:`)), verb] : [...others, verb];
  if (deed === "*") return others.filter((each) => !each.startsWith(`${word}:`));
  if (!may.includes(`${word}:*`)) return others;
  const all = words.find(([each]) => each === word)?.[1] ?? [];
  return [...others, ...all.filter((each) => each !== deed).map((each) => `${word}:${each}`)];
}
