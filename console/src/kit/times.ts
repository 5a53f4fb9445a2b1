/** Instants are RFC 3339 texts in UTC; people read them on the clock of the workspace. */
const formats = new Map<string, Intl.DateTimeFormat>();

function format(locale: string, zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale} ${zone} ${JSON.stringify(options)}`;
  let made = formats.get(key);
  if (!made) {
    made = new Intl.DateTimeFormat(locale, { ...options, timeZone: zone, hourCycle: "h23" });
    formats.set(key, made);
  }
  return made;
}

const MINUTES: Intl.DateTimeFormatOptions = { month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" };

/** Month, day, hour and minute; with the year where it is not this one. */
export function short(at: string, locale: string, zone: string, now = Date.now()): string {
  const year = format("en", zone, { year: "numeric" });
  const same = year.format(new Date(at)) === year.format(now);
  return format(locale, zone, same ? MINUTES : { year: "numeric", ...MINUTES }).format(new Date(at));
}

/** All of it, to the second. */
export function whole(at: string, locale: string, zone: string): string {
  return format(locale, zone, { year: "numeric", ...MINUTES, second: "2-digit" }).format(new Date(at));
}

export type Span = { unit: "day" | "hour" | "minute" | "second"; count: number }[];

const UNITS = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
] as const;

/** A length of time in its two largest units; nothing is no second at all. */
export function span(seconds: number): Span {
  let rest = Math.max(0, Math.round(seconds));
  const parts: Span = [];
  for (const [unit, size] of UNITS) {
    const whole = Math.floor(rest / size);
    rest -= whole * size;
    if (whole > 0) parts.push({ unit, count: whole });
    else if (parts.length > 0) break;
    if (parts.length === 2) break;
  }
  return parts.length > 0 ? parts : [{ unit: "second", count: 0 }];
}

/** The instant at which a day (2026-02-18) begins in a zone. */
export function midnight(day: string, zone: string): string {
  const plain = Date.parse(`${day}T00:00:00Z`);
  const seen = (at: number) => Date.parse(`${new Date(at).toLocaleString("sv-SE", { timeZone: zone })}Z`);
  const guess = plain - (seen(plain) - plain);
  return new Date(guess - (seen(guess) - plain)).toISOString();
}

const HOUR_MS = 3_600_000;
const STEPS: Record<string, number> = { hour: HOUR_MS, day: 24 * HOUR_MS, week: 168 * HOUR_MS };
const PIECES_MAX = 1000;

/** Pieces of time in order, with those between that hold nothing: a scale of time leaves out no day. The begin of a day
 * between is told to within the hour or two by which clocks are put on. */
export function pieces(known: string[], bucket: string | null | undefined): string[] {
  const sorted = [...new Set(known)].sort();
  const step = STEPS[bucket ?? ""];
  const spans = sorted.length > 1 ? Date.parse(sorted.at(-1) ?? "") - Date.parse(sorted[0] ?? "") : 0;
  if (!step || spans / step > PIECES_MAX) return sorted;
  const shift = step > HOUR_MS ? 2 * HOUR_MS : 0;
  return sorted.flatMap((at, place) => {
    const begins = Date.parse(at);
    const next = Date.parse(sorted[place + 1] ?? at);
    const missing = Math.max(0, Math.round((next - begins) / step) - 1);
    return [
      at,
      ...Array.from({ length: missing }, (_, count) => new Date(begins + (count + 1) * step + shift).toISOString()),
    ];
  });
}
