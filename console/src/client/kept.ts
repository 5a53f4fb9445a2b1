import type { components } from "~/client/schema";

export type Session = components["schemas"]["Session"];

/** What the shell needs to open without a network: who was signed in last, and what the house calls things. No secret:
 * the cookie that proves who one is stays where no script reads it. */
const SESSION = "orderloom.session";
const NAMES = "orderloom.names";
/** Of what was entered here, by its state: what the hub has taken. The rest waits, or was refused and is looked at. */
const STATE = "state";
const SETTLED = ["done", "repeated"];

/** Keep who is signed in on this device; nobody, once one has signed out. */
export function keepSession(session: Session | null): void {
  if (session) {
    const before = read<Session>(SESSION);
    if (before?.user.login !== session.user.login || before.workspace !== session.workspace)
      localStorage.removeItem(NAMES);
    localStorage.setItem(SESSION, JSON.stringify(session));
    return;
  }
  localStorage.removeItem(SESSION);
  localStorage.removeItem(NAMES);
}

/** Who was signed in last, as long as that session may still last; null otherwise. */
export function keptSession(): Session | null {
  const found = read<Session>(SESSION);
  return found && Date.parse(found.expires_at) > Date.now() ? found : null;
}

/** Keep what the house calls things, for the pages that work without a network. */
export function keepNames<T>(names: T): T {
  localStorage.setItem(NAMES, JSON.stringify(names));
  return names;
}

/** What the house called things when it was last asked. */
export function keptNames<T>(): T | undefined {
  return read<T>(NAMES);
}

function read<T>(key: string): T | undefined {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "null") ?? undefined;
  } catch {
    return undefined;
  }
}

/** Forget what was read for the one who leaves; what the hub has not taken yet stays for when they come back. */
export async function forget(): Promise<void> {
  keepSession(null);
  const { default: Dexie } = await import("dexie");
  for (const name of await Dexie.getDatabaseNames()) {
    if (!name.startsWith("orderloom.")) continue;
    const found = await new Dexie(name).open();
    await Promise.all(
      found.tables.map((table) =>
        STATE in table.schema.idxByName
          ? table
              .where(STATE)
              .anyOf(...SETTLED)
              .delete()
          : table.clear(),
      ),
    );
    found.close();
  }
}
