import { MoreOutlined } from "@ant-design/icons";
import { Button, Dropdown } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "~/client/session";
import { Commenting } from "~/features/studio/Commenting";
import type { Drafting } from "~/features/studio/drafts";
import { drop, type Key, type Kind, retire, type Whole, whole as wholeOf } from "~/features/studio/read";

type Props = { of: Key; whole: Whole; draft: Drafting; kind: Kind };

/** What is seldom done: give the draft up, take the document out of force. */
export function Removal({ of, whole, draft, kind }: Props) {
  const { t } = useTranslation();
  const may = useMay();
  const [asked, setAsked] = useState<"drop" | "retire" | null>(null);
  const live = (whole.row?.version ?? 0) > 0 && !whole.row?.retired_at;
  const items = [
    { key: "drop", label: t("studio.drop.button"), disabled: whole.edition === 0 && !draft.changed },
    ...(may("documents:publish")
      ? [{ key: "retire", label: t("studio.retire.button"), danger: true, disabled: !live }]
      : []),
  ];
  const run = async (comment: string) => {
    if (asked === "retire") await retire(of, comment);
    else if (whole.edition > 0) await drop(of);
    if (asked === "drop") draft.take(await wholeOf(of, kind, new AbortController().signal));
    await draft.fresh();
  };
  return (
    <>
      <Dropdown menu={{ items, onClick: ({ key }) => setAsked(key as "drop" | "retire") }} trigger={["click"]}>
        <Button icon={<MoreOutlined />} aria-label={t("studio.more")} />
      </Dropdown>
      {asked && (
        <Commenting
          title={t(`studio.${asked}.button`)}
          text={t(`studio.${asked}.text`)}
          ok={t(`studio.${asked}.button`)}
          danger
          run={run}
          close={() => setAsked(null)}
        />
      )}
    </>
  );
}
