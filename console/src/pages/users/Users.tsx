import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "~/client/language";
import { useMay } from "~/client/session";
import { Codes } from "~/features/users/Codes";
import { Invite, Links } from "~/features/users/Invite";
import { declare } from "~/features/users/list";
import { type Invited, roles as read } from "~/features/users/read";
import { ListPage } from "~/ui/list/ListPage";

/** Who may sign in, and as what. */
export default function Users() {
  const { t } = useTranslation();
  const { language } = useLanguage();
  const may = useMay();
  const [links, setLinks] = useState<Invited[]>([]);
  const asked = useQuery({
    queryKey: ["users", "roles"],
    enabled: may("documents:read"),
    queryFn: ({ signal }) => read(signal),
  });
  const writes = may("users:write");
  const list = useMemo(() => {
    const titles = new Map((asked.data ?? []).map((each) => [each.name, each.title?.[language] ?? each.name]));
    titles.set("owner", t("users.owner"));
    const named = (role: string) => titles.get(role) ?? role;
    const roles = [...titles].map(([value, label]) => ({ value, label }));
    const extra = writes && (
      <>
        <Codes />
        <Invite roles={roles} tell={setLinks} />
      </>
    );
    return declare({ t, named, roles, tell: setLinks, extra });
  }, [t, language, asked.data, writes]);
  return (
    <>
      <ListPage list={list} />
      <Links links={links} close={() => setLinks([])} />
    </>
  );
}
