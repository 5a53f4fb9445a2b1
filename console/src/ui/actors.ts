import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { useNamed } from "~/client/names";

/** Who is nobody by a name: the hub itself, one of its loops, whoever sits at its command line. */
const SELVES = ["hub", "command_line", "timer", "catch_up", "messages", "unknown"];
/** Who acts by the name of something: a flow, an alert, the link of a form. */
const THING = /^(flow(?=:)|alert(?=:)|link(?= )).(.+)$/;

/** Who did something, as people say it: the hub itself, a flow by its name, else the name as it is kept. */
export function useActor(): (actor: string | undefined) => string {
  const { t } = useTranslation();
  const named = useNamed();
  return useCallback(
    (actor = "") => {
      const self = actor.replace(/[ -]/, "_");
      if (SELVES.includes(self)) return t(`detail.actor.${self}`);
      const [, thing, name] = THING.exec(actor) ?? [];
      if (!thing || !name) return actor;
      return t(`detail.actor.${thing}`, { name: thing === "flow" ? named("flows", name) : name });
    },
    [t, named],
  );
}
