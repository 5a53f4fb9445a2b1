import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "~/client/language";
import type { Components } from "~/features/studio/flow/read";

/** What people call something that expressions read; nothing where it has no name but its own. */
export function usePathWord(components?: Components): (name: string) => string | undefined {
  const { t, i18n } = useTranslation();
  const { language } = useLanguage();
  return useCallback(
    (name) => {
      const found = components?.paths.find((each) => each.name === name)?.[language];
      // What began the run is kept as the event was.
      const event = name.replace(/^vars\.began\./, "event.");
      return found || (i18n.exists(`flows.path.${event}`) ? t(`flows.path.${event}`) : undefined);
    },
    [components, language, i18n, t],
  );
}
