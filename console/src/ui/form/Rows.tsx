import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { type ReactNode, useContext, useId } from "react";
import { type FieldShown, nameOf, type Values } from "~/ui/form/definition";
import { FormHouse, type Of } from "~/ui/form/house";

type Cell = (column: FieldShown, of: Of<unknown>) => ReactNode;

/** A table in a field: each row has the fields of its columns, as `cell` shows them. */
export function Rows({ field, of, cell }: { field: FieldShown; of: Of<Values[]>; cell: Cell }) {
  const house = useContext(FormHouse);
  const id = useId();
  if (!house) return null;
  const rows = of.value ?? [];
  const at = (index: number, next: Values) => of.write(rows.map((each, other) => (other === index ? next : each)));
  return (
    <div className="fill-lines">
      {rows.map((row, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows are their places.
        <div key={index} className="fill-row">
          <div className="fill-grid">
            {(field.fields ?? []).map((column) => {
              const label = nameOf(column, house.language);
              const place = `${id}-${index}-${column.name}`;
              return (
                <div key={column.name} className="fill-field">
                  <label htmlFor={place}>{label}</label>
                  {cell(column, {
                    id: place,
                    value: row[column.name],
                    label: `${label} ${index + 1}`,
                    wrong: Boolean(house.problems[`${field.name}[${index}].${column.name}`]),
                    write: (value) => at(index, { ...row, [column.name]: value }),
                  })}
                </div>
              );
            })}
          </div>
          <Button
            type="text"
            icon={<DeleteOutlined />}
            disabled={house.locked}
            aria-label={`${house.t("form.remove")} ${of.label} ${index + 1}`}
            onClick={() => of.write(rows.filter((_, other) => other !== index))}
          />
        </div>
      ))}
      <Button
        id={of.id}
        type="dashed"
        icon={<PlusOutlined />}
        disabled={house.locked}
        onClick={() => of.write([...rows, {}])}
      >
        {house.t("form.add_row")}
      </Button>
    </div>
  );
}
