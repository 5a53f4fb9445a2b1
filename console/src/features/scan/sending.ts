import { api, told } from "~/client/api";
import { Away, Problem } from "~/client/problems";
import type { Kept, Scan } from "~/features/scan/kept";

const BATCH_MAX = 50;
/** Answers that say nothing about the scans themselves: they are sent again. */
const LATER = new Set([401, 408, 425, 429, 500, 502, 503, 504]);

/** The scans that go out next, under one name that stays theirs for every try: what was tried before comes first. */
function next(db: Kept): Promise<Scan[]> {
  return db.transaction("rw", db.scans, async () => {
    const waiting = await db.scans.where("state").equals("waiting").sortBy("at");
    const [first] = waiting;
    if (!first) return [];
    if (first.batch) return waiting.filter((each) => each.batch === first.batch);
    const fresh = waiting.filter((each) => !each.batch).slice(0, BATCH_MAX);
    const batch = crypto.randomUUID();
    for (const each of fresh) await db.scans.update(each.id, { batch });
    return fresh.map((each) => ({ ...each, batch }));
  });
}

/** The photo's id; none where the hub does not take it, which is said beside the scan and keeps no parcel waiting. */
async function evidence(db: Kept, scan: Scan): Promise<string[]> {
  try {
    const id = await upload(db, scan);
    return id ? [id] : [];
  } catch (error) {
    if (!(error instanceof Problem) || LATER.has(error.status)) throw error;
    await db.scans.update(scan.id, { photo: undefined, photo_said: error.said });
    return [];
  }
}

async function upload(db: Kept, scan: Scan): Promise<string | undefined> {
  if (!scan.photo || scan.file_id) return scan.file_id;
  const done = await told(
    api.POST("/api/v1/files", {
      params: { query: { name: `${scan.code}.jpg` } },
      body: scan.photo as never,
      bodySerializer: (body) => body as never,
      headers: { "Content-Type": scan.photo.type },
    }),
  );
  await db.scans.update(scan.id, { file_id: done.file_id });
  return done.file_id;
}

async function confirm(db: Kept, scans: Scan[], tell: (scan: Scan) => void): Promise<void> {
  const body = [];
  for (const each of scans) {
    const { code, stage, warehouse, at } = each;
    body.push({ code, stage, warehouse, at, evidence: await evidence(db, each) });
  }
  const { outcomes } = await told(
    api.POST("/api/v1/shipments/confirm", { body, headers: { "Idempotency-Key": scans[0]?.batch ?? "" } }),
  );
  for (const [index, each] of scans.entries()) {
    const became = outcomes[index];
    const { shipment_no, order_no, refused } = became ?? {};
    const revert_until = became?.revert_until ?? undefined;
    const state = refused ? "refused" : became?.events?.length ? "done" : "repeated";
    const said = refused as Scan["said"];
    const changed = { state, shipment_no, order_no, revert_until, said, photo: undefined } as const;
    await db.scans.update(each.id, changed);
    tell({ ...each, ...changed });
  }
}

/**
 * Send what waits, the oldest first; one tab at a time. Each scan's fate is told as it is known. What the hub does not
 * understand of many is sent one by one, so that a single label holds nothing up.
 */
export async function send(db: Kept, tell: (scan: Scan) => void, signIn: () => void): Promise<void> {
  await navigator.locks.request(`${db.name}.send`, async () => {
    for (;;) {
      if (!navigator.onLine) return;
      const scans = await next(db);
      if (scans.length === 0) return;
      try {
        await confirm(db, scans, tell);
      } catch (error) {
        if (error instanceof Problem && error.status === 401) signIn();
        if (error instanceof Away || (error instanceof Problem && LATER.has(error.status))) return;
        if (!(error instanceof Problem)) throw error;
        for (const each of scans) {
          if (scans.length > 1) await db.scans.update(each.id, { batch: crypto.randomUUID() });
          else {
            const changed = { state: "refused", said: error.said } as const;
            await db.scans.update(each.id, changed);
            tell({ ...each, ...changed });
          }
        }
      }
    }
  });
}
