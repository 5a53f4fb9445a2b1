import { DatePicker } from "antd";
import dayjs from "dayjs";
import { useTranslation } from "react-i18next";
import { useNames } from "~/client/names";
import type { Search } from "~/kit/addresses";
import { midnight } from "~/kit/times";
import type { Filter } from "~/ui/list/declaration";

const DAY = "YYYY-MM-DD";

/** From a day to a day, both included, by the workspace's calendar; the address holds instants. */
export default function Days({ filter, search, put }: { filter: Filter; search: Search; put: (next: Search) => void }) {
  const { t } = useTranslation();
  const { zone } = useNames();
  const [from, to] = [search[`${filter.key}_from`], search[`${filter.key}_to`]];
  const day = (at: string | undefined, before = 0) =>
    at ? dayjs(new Date(Date.parse(at) - before).toLocaleDateString("sv-SE", { timeZone: zone })) : null;
  return (
    <DatePicker.RangePicker
      className={from || to ? "filter days set" : "filter days"}
      allowEmpty={[true, true]}
      value={[day(from), day(to, 1)]}
      placeholder={[t("list.from", { what: t(filter.title) }), t("list.to")]}
      aria-label={t(filter.title)}
      onChange={(days) =>
        put({
          [`${filter.key}_from`]: days?.[0] ? midnight(days[0].format(DAY), zone) : "",
          [`${filter.key}_to`]: days?.[1] ? midnight(days[1].add(1, "day").format(DAY), zone) : "",
        })
      }
    />
  );
}
