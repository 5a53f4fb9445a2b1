import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "~/client/language";
import { useNamed } from "~/client/names";
import { type Line, useKeyNames } from "~/features/audit/read";
import { useActor } from "~/ui/actors";
import { useVerbed } from "~/ui/Verbs";

/** How the trail is said to people: who, what, of what, and what a field was and is. */
export type Words = {
  actor: (actor: string) => string;
  what: (what: string) => string;
  subject: (line: Line) => string;
  field: (name: string) => string;
  value: (name: string, value: unknown, line: Line) => string;
};

/** What stands there where nothing does. */
export const NOTHING = "—";
/** Where something is of, by what was done, where its subject is a bare id. */
const BARE = ["message", "import", "outbox"];
const BREAKERS = ["channel", "customer", "sku", "carrier", "host"];
const NAMED = { channel: "channels", channels: "channels", warehouses: "warehouses", carrier: "carriers" } as const;
const SHORT = 8;

const isNamed = (name: string): name is keyof typeof NAMED => name in NAMED;
const empty = (value: unknown) =>
  value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);

/** The words of the trail, in the language of the screen; what has none stands as it is kept. */
export function useWords(): Words {
  const { t, i18n } = useTranslation();
  const { language } = useLanguage();
  const named = useNamed();
  const actor = useActor();
  const verbed = useVerbed();
  const keys = useKeyNames();
  // biome-ignore lint/correctness/useExhaustiveDependencies: `named` says the same until the language or the names change.
  return useMemo(() => {
    const known = (key: string, otherwise: string) => (i18n.exists(key) ? t(key) : otherwise);
    const what = (said: string) => known(`audit.what.${said.replaceAll(".", "_")}`, said);
    const field = (name: string) => known(`audit.field.${name}`, name);
    const thing = (of: string, name: string) => t(`audit.of.${of}`, { name });
    const one = (name: string, value: unknown): string => {
      const said = String(value);
      if (name === "roles" || name === "audiences") return said === "owner" ? t("users.owner") : named("roles", said);
      if (isNamed(name)) return named(NAMED[name], said);
      if (name === "verb") return verbed.called(said);
      if (name === "way") return known(`sessions.by_way.${said}`, said);
      if (name === "fields") return known(`studio.person.${said}`, said);
      if (name === "what") return what(said);
      return name === "actor" ? actor(said) : said;
    };
    const subject = ({ subject: said, what: done }: Line) => {
      if (said === "settings" || said === "audit") return thing(said, said);
      const word = done.split(".")[0] ?? "";
      if (BARE.includes(word)) return thing(word, said.slice(0, SHORT));
      const [, kind = "", name = ""] = /^(\w+)[/:](.+)$/.exec(said) ?? [];
      if (word === "document") {
        const [, plain = name, version] = /^(.+)@(\d+)$/.exec(name) ?? [];
        const called = kind === "role" ? one("roles", plain) : kind === "channel" ? one(kind, plain) : plain;
        const values = { kind: named("kinds", kind), name: called, version };
        return version ? t("audit.of.version", values) : t("audit.of.document", values);
      }
      if (kind === "key") return thing(kind, keys[name] ?? name.slice(-SHORT));
      if (BREAKERS.includes(kind)) return thing(kind, isNamed(kind) ? named(NAMED[kind], name) : name);
      return i18n.exists(`audit.of.${kind}`) ? thing(kind, name) : said;
    };
    const value = (name: string, given: unknown, line: Line): string => {
      if (empty(given)) return NOTHING;
      if (name === "code") return line.told?.[language] ?? String(given);
      if (name === "verbs" && Array.isArray(given)) return verbed.several(given);
      if (typeof given === "boolean") return t(given ? "audit.yes" : "audit.no");
      if (Array.isArray(given)) return given.map((each) => value(name, each, line)).join(t("audit.between"));
      if (typeof given !== "object") return one(name, given);
      const within = Object.entries(given as object).filter(([, each]) => !empty(each) && each !== false);
      return within.map(([key, each]) => `${field(key)} ${value(key, each, line)}`).join(t("audit.then")) || NOTHING;
    };
    return { actor, what, subject, field, value };
  }, [t, i18n, language, actor, verbed.called, verbed.several, keys, named("kinds", "rules")]);
}
