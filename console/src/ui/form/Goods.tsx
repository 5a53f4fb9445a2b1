import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, InputNumber } from "antd";
import { useContext } from "react";
import { FormHouse, type Of } from "~/ui/form/house";
import { Meaning } from "~/ui/form/Meaning";

type Line = { sku?: string; quantity?: number };

/** Goods and how many of each. */
export function Goods({ of }: { of: Of<Line[]> }) {
  const house = useContext(FormHouse);
  if (!house) return null;
  const { t, locked } = house;
  const lines = of.value?.length ? of.value : [{}];
  const at = (index: number, next: Line) => of.write(lines.map((each, other) => (other === index ? next : each)));
  return (
    <div className="fill-lines">
      {lines.map((line, index) => {
        const label = `${of.label} ${index + 1}`;
        const id = index === 0 ? of.id : `${of.id}-${index}`;
        const wrong = Object.keys(house.problems).some((each) => each.includes(`[${index}]`));
        const shared = { id, disabled: locked, status: wrong ? ("error" as const) : undefined };
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines are their places.
          <div key={index} className="fill-line">
            <Meaning
              of={{ id, value: line.sku, label, wrong, write: (sku) => at(index, { ...line, sku: String(sku ?? "") }) }}
              shared={shared}
              ask={house.lookups.skus}
            />
            <InputNumber
              aria-label={`${label} ${t("form.quantity")}`}
              placeholder={t("form.quantity")}
              inputMode="numeric"
              min={0}
              disabled={locked}
              value={line.quantity}
              onChange={(next) => at(index, { ...line, quantity: next ?? undefined })}
            />
            <Button
              type="text"
              icon={<DeleteOutlined />}
              aria-label={`${t("form.remove")} ${label}`}
              disabled={locked || (lines.length === 1 && !line.sku)}
              onClick={() => of.write(lines.filter((_, other) => other !== index))}
            />
          </div>
        );
      })}
      <Button
        type="dashed"
        icon={<PlusOutlined />}
        disabled={locked}
        onClick={() => of.write([...lines, { quantity: 1 }])}
      >
        {t("form.add_line")}
      </Button>
    </div>
  );
}
