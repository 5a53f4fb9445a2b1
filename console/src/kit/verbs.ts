/** Whether verbs such as "orders:read", "orders:*" or "*" cover one. */
export function covers(verbs: readonly string[], wanted: string): boolean {
  const word = wanted.split(":")[0];
  return verbs.some((each) => each === wanted || each === "*" || each === `${word}:*`);
}
