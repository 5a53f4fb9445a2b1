import Dexie, { type EntityTable } from "dexie";
import type { Said } from "~/client/problems";
import type { components } from "~/client/schema";

type Body = components["schemas"]["ScanBody"];
export type Stage = Body["stage"];
export const STAGES: Stage[] = ["picked", "packed", "shipped", "delivered"];

/** A label that was read: it stays on this device until the hub has said what became of it. */
export type Scan = {
  id: string;
  code: string;
  stage: Stage;
  warehouse: string;
  /** When it was read, which is what the hub is told, however much later. */
  at: string;
  state: "waiting" | "done" | "repeated" | "refused" | "reverted";
  /** The request that it goes out with, under whose name it is done once; without one it was never sent. */
  batch?: string;
  photo?: Blob;
  file_id?: string;
  /** Why the hub did not take its photo; the stage is confirmed without it. */
  photo_said?: Said;
  shipment_no?: string;
  order_no?: string;
  /** How long whoever scanned it may take it back, as the hub has said. */
  revert_until?: string;
  said?: Said & { data?: Record<string, unknown> };
};

/** What this device keeps for one person in one workspace. */
export type Kept = Dexie & { scans: EntityTable<Scan, "id"> };

const KEPT_DAYS = 3;
const open = new Map<string, Kept>();

/** The database on this device of a person in a workspace. */
export function kept(workspace: string, login: string): Kept {
  const name = `orderloom.scans.${workspace}.${login}`;
  let found = open.get(name);
  if (!found) {
    found = new Dexie(name) as Kept;
    found.version(1).stores({ scans: "id, state, at, batch, [code+stage]" });
    open.set(name, found);
  }
  return found;
}

/** Forget what was settled days ago. */
export async function tidy(db: Kept): Promise<void> {
  const before = new Date(Date.now() - KEPT_DAYS * 86_400_000).toISOString();
  await db.scans
    .where("at")
    .below(before)
    .filter((each) => each.state !== "waiting")
    .delete();
}
