import { useQuery } from "@tanstack/react-query";
import { Cascader, Input } from "antd";
import { useContext } from "react";
import { api, told } from "~/client/api";
import { FormHouse, type Of } from "~/ui/form/house";

type Place = { province?: string; city?: string; district?: string; street?: string; adcode?: string };
type Node = { value: string; label: string; children?: Node[] };

/** Every division of the country, once. */
function useDivisions() {
  return useQuery({
    queryKey: ["divisions"],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }) => treeOf((await told(api.GET("/api/v1/divisions", { signal }))).rows),
  });
}

/** Rows by adcode (province, city, district; what is below comes after it) as a tree to choose from. */
function treeOf(rows: { adcode: string; name: string }[]): Node[] {
  const tops: Node[] = [];
  const known = new Map<string, Node>();
  for (const { adcode, name } of rows) {
    const node: Node = { value: name, label: name };
    known.set(adcode, node);
    const above = adcode.endsWith("0000")
      ? undefined
      : (known.get(adcode.endsWith("00") ? `${adcode.slice(0, 2)}0000` : `${adcode.slice(0, 4)}00`) ??
        known.get(`${adcode.slice(0, 2)}0000`));
    if (!above) tops.push(node);
    else {
      above.children ??= [];
      above.children.push(node);
    }
  }
  return tops;
}

/** Where to: division by division, then the street. */
export function Address({ of }: { of: Of<Place> }) {
  const house = useContext(FormHouse);
  const divisions = useDivisions();
  if (!house) return null;
  const place = of.value ?? {};
  const chosen = [place.province, place.city, place.district].filter((each): each is string => Boolean(each));
  return (
    <div className="fill-address">
      <Cascader
        id={of.id}
        aria-label={of.label}
        disabled={house.locked}
        loading={divisions.isPending}
        status={of.wrong ? "error" : undefined}
        options={divisions.data ?? []}
        value={chosen}
        placeholder={house.t("form.division")}
        showSearch={{ limit: 30 }}
        onChange={(next) => {
          const [province, city, district] = (next ?? []) as string[];
          const { adcode: _before, province: _p, city: _c, district: _d, ...rest } = place;
          of.write({ ...rest, ...(province && { province }), ...(city && { city }), ...(district && { district }) });
        }}
      />
      <Input
        aria-label={`${of.label} ${house.t("form.street")}`}
        placeholder={house.t("form.street")}
        autoComplete="street-address"
        maxLength={300}
        disabled={house.locked}
        status={of.wrong ? "error" : undefined}
        value={place.street ?? ""}
        onChange={(event) => of.write({ ...place, street: event.target.value })}
      />
    </div>
  );
}
