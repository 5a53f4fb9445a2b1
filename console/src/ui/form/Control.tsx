import { EnvironmentOutlined } from "@ant-design/icons";
import { Button, Input, InputNumber, Select, Switch } from "antd";
import { useContext, useState } from "react";
import { useNames } from "~/client/names";
import { Address } from "~/ui/form/Address";
import { called, type FieldShown } from "~/ui/form/definition";
import { Files } from "~/ui/form/Files";
import { Goods } from "~/ui/form/Goods";
import { FormHouse, type House, type Inner, type Of, text } from "~/ui/form/house";
import { Meaning } from "~/ui/form/Meaning";
import { Rows } from "~/ui/form/Rows";

const LONG_CHARS = 300;

/** The control of a field by its type. */
export function Control({ field, of }: { field: FieldShown; of: Of<unknown> }) {
  const house = useContext(FormHouse);
  if (!house) return null;
  const { id, value, write, wrong } = of;
  const shared = {
    id,
    disabled: house.locked,
    status: wrong ? ("error" as const) : undefined,
    "aria-required": field.required || undefined,
    "aria-invalid": wrong || undefined,
  };
  switch (field.type) {
    case "boolean":
      return (
        <Switch
          id={id}
          disabled={house.locked}
          checked={value === true}
          onChange={write}
          checkedChildren={house.t("form.yes")}
          unCheckedChildren={house.t("form.no")}
        />
      );
    case "number":
    case "money":
      return <Amount field={field} of={of} shared={shared} />;
    case "date":
      return (
        <Input
          {...shared}
          type="date"
          value={text(value)}
          onChange={(event) => write(event.target.value || undefined)}
        />
      );
    case "time":
      return <Instant of={of} shared={shared} />;
    case "select":
    case "multi_select":
      return <Choices field={field} of={of} shared={shared} />;
    case "phone":
      return (
        <Input
          {...shared}
          type="tel"
          autoComplete="tel"
          maxLength={40}
          value={text(value)}
          onChange={(event) => write(event.target.value)}
        />
      );
    case "customer":
      return <Meaning of={of} shared={shared} ask={house.lookups.customers} />;
    case "address":
      return <Address of={of as never} />;
    case "sku_lines":
      return <Goods of={of as never} />;
    case "image":
    case "file":
    case "signature":
      return <Files field={field} of={of as never} />;
    case "location":
      return <Location of={of as never} house={house} />;
    case "sub_table":
      return <Rows field={field} of={of as never} cell={(column, each) => <Control field={column} of={each} />} />;
    default:
      return <Text field={field} of={of} shared={shared} />;
  }
}

function Text({ field, of, shared }: Inner & { field: FieldShown }) {
  const long = (field.chars_max ?? LONG_CHARS + 1) > LONG_CHARS;
  const most = field.chars_max ?? undefined;
  const onChange = (event: { target: { value: string } }) => of.write(event.target.value);
  return long && !field.pattern ? (
    <Input.TextArea
      {...shared}
      autoSize={{ minRows: 1, maxRows: 6 }}
      maxLength={most}
      value={text(of.value)}
      onChange={onChange}
    />
  ) : (
    <Input {...shared} maxLength={most} value={text(of.value)} onChange={onChange} />
  );
}

function Amount({ field, of, shared }: Inner & { field: FieldShown }) {
  const currency = useNames().currency;
  const bound = (each: unknown) => (typeof each === "number" ? each : undefined);
  return (
    <InputNumber
      {...shared}
      className="fill-all"
      inputMode="decimal"
      placeholder={range(bound(field.min), bound(field.max))}
      precision={field.type === "money" ? 2 : undefined}
      suffix={field.type === "money" ? <span className="faint">{currency}</span> : undefined}
      value={of.value as number | undefined}
      onChange={(next) => of.write(next ?? undefined)}
    />
  );
}

function range(least: number | undefined, most: number | undefined): string | undefined {
  if (least !== undefined && most !== undefined) return `${least} – ${most}`;
  return least !== undefined ? `≥ ${least}` : most !== undefined ? `≤ ${most}` : undefined;
}

/** An instant as the clock beside the person shows it; it is sent as UTC. */
function Instant({ of, shared }: Inner) {
  const at = typeof of.value === "string" && of.value ? new Date(of.value) : null;
  const there = at && !Number.isNaN(at.getTime()) ? at : null;
  const shown = there ? new Date(there.getTime() - there.getTimezoneOffset() * 60_000).toISOString().slice(0, 16) : "";
  return (
    <Input
      {...shared}
      type="datetime-local"
      value={shown}
      onChange={(event) => of.write(event.target.value ? new Date(event.target.value).toISOString() : undefined)}
    />
  );
}

function Choices({ field, of, shared }: Inner & { field: FieldShown }) {
  const house = useContext(FormHouse);
  const options = (field.options ?? [])
    .filter((each) => !each.retired)
    .map((each) => ({ value: each.value, label: called(each, house?.language ?? "zh") || each.value }));
  const many = field.type === "multi_select";
  return (
    <Select
      {...shared}
      className="fill-all"
      allowClear={!field.required}
      mode={many ? "multiple" : undefined}
      showSearch={many || options.length > 8 ? { optionFilterProp: "label" } : false}
      value={(of.value as string) ?? (many ? [] : undefined)}
      options={options}
      onChange={of.write}
    />
  );
}

function Location({ of, house }: { of: Of<{ lon: number; lat: number }>; house: House }) {
  const [failed, setFailed] = useState(false);
  const take = () =>
    navigator.geolocation?.getCurrentPosition(
      ({ coords }) => {
        setFailed(false);
        of.write({ lon: Number(coords.longitude.toFixed(6)), lat: Number(coords.latitude.toFixed(6)) });
      },
      () => setFailed(true),
    );
  return (
    <div className="fill-meaning">
      <Button id={of.id} icon={<EnvironmentOutlined />} disabled={house.locked} onClick={take}>
        {of.value ? `${of.value.lon}, ${of.value.lat}` : house.t("form.locate")}
      </Button>
      {failed && <span className="fill-wrong">{house.t("form.locate_failed")}</span>}
    </div>
  );
}
