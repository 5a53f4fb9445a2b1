import { DeleteOutlined, DownOutlined, PlusOutlined, UpOutlined } from "@ant-design/icons";
import { Button, Input, InputNumber, Select, Switch } from "antd";
import { useContext, useState } from "react";
import { useTranslation } from "react-i18next";
import { within } from "~/features/studio/findings";
import { Anything, FormContext, useLabels, Wrong } from "~/features/studio/form/parts";
import { fresh, headOf, LONG, type Schema, shapeOf } from "~/features/studio/form/schema";

type Props = { schema: Schema; value: unknown; path: string; label: string; write: (value: unknown) => void };
type Bag = Record<string, unknown>;

/** One value by its schema; what is wrong with it stands below it. */
export function Field({ schema: given, value, path, label, write }: Props) {
  const { resolve, findings, locked } = useContext(FormContext);
  const { t, nameOf, meaning } = useLabels();
  const schema = resolve(given);
  const shape = shapeOf(schema, resolve);
  const wrong = findings.filter((each) => each.path === path);
  const name = label || t("studio.form.value");
  const spoken = { "aria-label": name, disabled: locked };
  const told = <Wrong wrong={wrong} />;
  if (shape === "object" || shape === "list") {
    return (
      <fieldset className="form-group" data-path={path}>
        {label && <legend>{label}</legend>}
        {told}
        {shape === "object" ? (
          <Properties schema={schema} value={value} path={path} label={label} write={write} />
        ) : (
          <Elements schema={schema} value={value} path={path} label={label} write={write} />
        )}
      </fieldset>
    );
  }
  const control = () => {
    if (shape === "words") {
      const both = (value ?? {}) as Bag;
      return (
        <div className="form-words">
          {["zh", "en"].map((each) => (
            <Input
              key={each}
              {...spoken}
              aria-label={`${name} ${nameOf(each)}`}
              prefix={<span className="faint">{nameOf(each)}</span>}
              value={String(both[each] ?? "")}
              onChange={(event) => write({ ...both, [each]: event.target.value })}
            />
          ))}
        </div>
      );
    }
    if (shape === "yes") return <Switch {...spoken} checked={value === true} onChange={write} />;
    if (shape === "number")
      return <InputNumber {...spoken} value={value as number} onChange={(next) => write(next ?? undefined)} />;
    if (shape === "choice") {
      const options = (schema.enum ?? []).map((each) => ({ value: each, label: meaning(String(each)) }));
      return (
        <Select
          {...spoken}
          allowClear
          showSearch
          optionFilterProp="label"
          value={value as string}
          options={options}
          onChange={write}
        />
      );
    }
    if (shape === "names") {
      const item = resolve(schema.items);
      const options = item.enum?.map((each) => ({ value: each, label: meaning(String(each)) }));
      const count = item.type === "integer" || item.type === "number";
      return (
        <Select
          {...spoken}
          mode={options ? "multiple" : "tags"}
          value={((value as unknown[]) ?? []).map((each) => (options ? each : String(each)))}
          options={options as never}
          tokenSeparators={[",", "，", ";"]}
          onChange={(next: unknown[]) => write(count ? next.map(Number) : next)}
        />
      );
    }
    if (shape === "any") return <Anything name={name} value={value} locked={locked} write={write} />;
    const text = value === undefined || value === null ? "" : String(value);
    const key = path.split("/").pop() ?? "";
    if (LONG.test(key) || text.length > 60)
      return (
        <Input.TextArea
          {...spoken}
          autoSize={{ minRows: 1, maxRows: 8 }}
          value={text}
          onChange={(event) => write(event.target.value)}
        />
      );
    return <Input {...spoken} value={text} onChange={(event) => write(event.target.value)} />;
  };
  return (
    <div className={`form-field form-${shape}`} data-path={path}>
      {label && <span className="form-label">{label}</span>}
      {control()}
      {told}
    </div>
  );
}

/** The properties of an object: those that are there or required, and more on demand. */
export function Properties({ schema, value, path, write }: Props) {
  const { locked } = useContext(FormContext);
  const { t, nameOf } = useLabels();
  const [open, setOpen] = useState(false);
  const bag = (value ?? {}) as Bag;
  const known = schema.properties ?? {};
  const extra = Object.keys(bag).filter((name) => !(name in known));
  const names = [...Object.keys(known), ...extra];
  const first = names.filter((name) => name in bag || schema.required?.includes(name));
  const shown = open || names.length <= 5 ? names : first;
  const set = (name: string, next: unknown) => {
    const { [name]: _gone, ...rest } = bag;
    write(next === undefined || next === null ? rest : { ...bag, [name]: next });
  };
  return (
    <div className="form-properties">
      {shown.map((name) => (
        <Field
          key={name}
          schema={known[name] ?? {}}
          value={bag[name]}
          path={`${path}/${name}`}
          label={nameOf(name)}
          write={(next) => set(name, next)}
        />
      ))}
      {!locked && names.length > 5 && (open || shown.length < names.length) && (
        <Button type="link" className="form-more" onClick={() => setOpen(!open)}>
          {t(open ? "studio.form.less" : "studio.form.more", { count: names.length - first.length })}
        </Button>
      )}
    </div>
  );
}

/** Elements of a list, one row each: what matters most beside each other, the rest folded below. */
function Elements({ schema, value, path, write }: Props) {
  const { resolve, locked, findings } = useContext(FormContext);
  const { t } = useTranslation();
  const rows = (value as unknown[]) ?? [];
  const item = resolve(schema.items);
  const [open, setOpen] = useState<number | null>(null);
  const at = (index: number, next: unknown) => write(rows.map((each, other) => (other === index ? next : each)));
  const move = (index: number, by: number) => {
    const next = [...rows];
    const [taken] = next.splice(index, 1);
    next.splice(index + by, 0, taken);
    write(next);
  };
  const main = headOf(item, resolve);
  const rest = Object.keys(item.properties ?? {}).filter((name) => !main.includes(name));
  return (
    <div className="form-elements">
      {rows.map((row, index) => {
        const under = `${path}/${index}`;
        const wrong = within(findings, under).length > 0;
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows of a list are their places.
          <div key={index} className={wrong ? "form-row wrong" : "form-row"}>
            <div className="form-row-head">
              <span className="faint figure">{index + 1}</span>
              <div className="form-row-main">
                {main.length > 0 ? (
                  <Some names={main} item={item} row={row as Bag} path={under} write={(next) => at(index, next)} />
                ) : (
                  <Field schema={item} value={row} path={under} label="" write={(next) => at(index, next)} />
                )}
              </div>
              {rest.length > 0 && main.length > 0 && (
                <Button
                  type="text"
                  aria-expanded={open === index}
                  onClick={() => setOpen(open === index ? null : index)}
                >
                  {t("studio.form.details")}
                </Button>
              )}
              {!locked && (
                <>
                  <Button
                    type="text"
                    icon={<UpOutlined />}
                    disabled={index === 0}
                    aria-label={t("studio.form.up")}
                    onClick={() => move(index, -1)}
                  />
                  <Button
                    type="text"
                    icon={<DownOutlined />}
                    disabled={index === rows.length - 1}
                    aria-label={t("studio.form.down")}
                    onClick={() => move(index, 1)}
                  />
                  <Button
                    type="text"
                    danger
                    icon={<DeleteOutlined />}
                    aria-label={t("studio.form.remove")}
                    onClick={() => write(rows.filter((_, other) => other !== index))}
                  />
                </>
              )}
            </div>
            {open === index && main.length > 0 && (
              <div className="form-row-rest">
                <Some names={rest} item={item} row={row as Bag} path={under} write={(next) => at(index, next)} />
              </div>
            )}
          </div>
        );
      })}
      {!locked && (
        <Button type="dashed" icon={<PlusOutlined />} onClick={() => write([...rows, fresh(item, resolve)])}>
          {t("studio.form.add")}
        </Button>
      )}
    </div>
  );
}

function Some(props: { names: string[]; item: Schema; row: Bag; path: string; write: (next: Bag) => void }) {
  const { nameOf } = useLabels();
  const { names, item, row, path, write } = props;
  return names.map((name) => (
    <Field
      key={name}
      schema={item.properties?.[name] ?? {}}
      value={row?.[name]}
      path={`${path}/${name}`}
      label={nameOf(name)}
      write={(next) => {
        const { [name]: _gone, ...others } = row ?? {};
        write(next === undefined || next === null ? others : { ...row, [name]: next });
      }}
    />
  ));
}
