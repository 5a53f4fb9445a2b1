import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "~/client/language";
import { useMay } from "~/client/session";
import { Create } from "~/features/studio/Create";
import { declare } from "~/features/studio/list";
import { useKinds } from "~/features/studio/read";
import { useActor } from "~/ui/actors";
import { ListPage } from "~/ui/list/ListPage";

/** Every document by kind: what stands, what is being written, who and when. */
export default function Documents() {
  const { t } = useTranslation();
  const { language } = useLanguage();
  const may = useMay()("documents:write");
  const kinds = useKinds().data;
  const actor = useActor();
  const list = useMemo(
    () => declare({ t, language, kinds: kinds ?? [], actor, extra: may && <Create kinds={kinds ?? []} /> }),
    [t, language, kinds, actor, may],
  );
  return <ListPage list={list} />;
}
