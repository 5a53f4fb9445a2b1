import { useTranslation } from "react-i18next";

/** Who did something, as people say it: the hub itself, a flow by its name, else the name as it is kept. */
export function useActor(): (actor: string | undefined) => string {
  const { t } = useTranslation();
  return (actor = "") => {
    if (actor === "hub") return t("detail.actor.hub");
    if (actor === "command line") return t("detail.actor.command_line");
    return actor.startsWith("flow:") ? t("detail.actor.flow", { name: actor.slice(5) }) : actor;
  };
}
