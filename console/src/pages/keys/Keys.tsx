import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useNamed } from "~/client/names";
import { useMay } from "~/client/session";
import { declare } from "~/features/keys/list";
import { Make } from "~/features/keys/Make";
import type { Key } from "~/features/keys/read";
import { ListPage } from "~/ui/list/ListPage";
import { useVerbed } from "~/ui/Verbs";

/** The keys by which other systems come in. */
export default function Keys() {
  const { t } = useTranslation();
  const named = useNamed();
  const { several } = useVerbed();
  const writes = useMay()("keys:write");
  // biome-ignore lint/correctness/useExhaustiveDependencies: names change with the language only.
  const list = useMemo(() => {
    const reach = ({ scope }: Key) => {
      const { channels, warehouses, owners, unmasked } = scope as Record<string, string[] | boolean | null>;
      const parts = [
        ...((channels as string[] | null) ?? []).map((each) => named("channels", each)),
        ...((warehouses as string[] | null) ?? []).map((each) => named("warehouses", each)),
        ...((owners as string[] | null) ?? []),
      ];
      const said = parts.join("、") || t("keys.everything");
      return unmasked ? `${said} · ${t("keys.unmasked")}` : said;
    };
    return declare({ t, reach, several, extra: writes && <Make /> });
  }, [t, writes, several]);
  return <ListPage list={list} />;
}
