import { Input, InputNumber, Select, Switch } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Condition } from "~/features/studio/designer/Condition";
import { lean, TYPES, type Type } from "~/features/studio/designer/model";
import { Choices } from "~/features/studio/dictionary/Choices";
import { Columns } from "~/features/studio/dictionary/Columns";
import type { FieldShown } from "~/ui/form/definition";

type Props = {
  field: FieldShown;
  /** The fields beside it, by the names that conditions use. */
  beside: Map<string, FieldShown>;
  locked: boolean;
  /** Whether its type may still be chosen. */
  fresh?: boolean;
  /** Goes on to another field of the type: Enter in the name. */
  next?: () => void;
  write: (field: FieldShown) => void;
};

const FILTERABLE = new Set<Type>([
  "text",
  "number",
  "money",
  "date",
  "time",
  "boolean",
  "select",
  "multi_select",
  "phone",
  "customer",
  "computed",
]); // prettier-ignore
const SEALED = new Set<Type>(["text", "phone", "address"]);
const BOUNDED = new Set<Type>(["number", "money", "date", "time"]);
const COUNTED = new Set<Type>(["image", "file", "multi_select", "sku_lines", "sub_table"]);
const UNIQUE = new Set<Type>(["text", "number", "phone"]);

/** What one field is: its words, and what its type asks for. */
export function FieldFacts({ field, beside, locked, fresh = false, next, write }: Props) {
  const { t } = useTranslation();
  const put = (part: Partial<FieldShown>) => write(lean({ ...field, ...part }));
  const type = field.type;
  const bound = (name: "min" | "max") =>
    type === "date" || type === "time" ? (
      <Input
        type="date"
        aria-label={t(`dictionary.${name}`)}
        disabled={locked}
        value={String(field[name] ?? "").slice(0, 10)}
        onChange={(event) =>
          put({ [name]: event.target.value ? event.target.value + (type === "time" ? "T00:00:00Z" : "") : undefined })
        }
      />
    ) : (
      <InputNumber
        aria-label={t(`dictionary.${name}`)}
        disabled={locked}
        value={field[name] as number}
        onChange={(next) => put({ [name]: next ?? undefined })}
      />
    );
  const flag = (name: "required" | "unique" | "filterable" | "personal" | "retired") => (
    <span className="fact-flag" key={name}>
      <Switch
        size="small"
        disabled={locked}
        aria-label={t(`dictionary.${name}`)}
        checked={field[name] === true}
        onChange={(next) => put({ [name]: next })}
      />
      {t(`dictionary.${name}`)}
    </span>
  );
  return (
    <div className="facts-grid">
      <Fact label={t("dictionary.zh")}>
        <Input
          aria-label={t("dictionary.zh")}
          autoFocus={fresh}
          placeholder={next && t("dictionary.next")}
          onFocus={(event) => fresh && event.target.select()}
          onPressEnter={next}
          disabled={locked}
          maxLength={100}
          value={field.zh ?? ""}
          onChange={(event) => put({ zh: event.target.value })}
        />
      </Fact>
      <Fact label={t("dictionary.en")}>
        <Input
          aria-label={t("dictionary.en")}
          disabled={locked}
          maxLength={100}
          value={field.en ?? ""}
          onChange={(event) => put({ en: event.target.value })}
        />
      </Fact>
      {fresh && (
        <Fact label={t("dictionary.type")}>
          <Select
            aria-label={t("dictionary.type")}
            showSearch={{ optionFilterProp: "label" }}
            disabled={locked}
            value={type}
            options={[...TYPES, "computed" as const].map((value) => ({ value, label: t(`designer.type.${value}`) }))}
            onChange={(next) => put({ type: next })}
          />
        </Fact>
      )}
      {type === "computed" && (
        <Fact label={t("dictionary.computed")} wide>
          <Input.TextArea
            aria-label={t("dictionary.computed")}
            spellCheck={false}
            autoSize={{ minRows: 1, maxRows: 5 }}
            disabled={locked}
            placeholder={t("dictionary.computed.example")}
            value={field.computed ?? ""}
            onChange={(event) => put({ computed: event.target.value })}
          />
        </Fact>
      )}
      {BOUNDED.has(type) && (
        <>
          <Fact label={t("dictionary.min")}>{bound("min")}</Fact>
          <Fact label={t("dictionary.max")}>{bound("max")}</Fact>
        </>
      )}
      {type === "text" && (
        <>
          <Fact label={t("dictionary.chars_max")}>
            <InputNumber
              aria-label={t("dictionary.chars_max")}
              min={1}
              disabled={locked}
              value={field.chars_max}
              onChange={(next) => put({ chars_max: next ?? undefined })}
            />
          </Fact>
          <Fact label={t("dictionary.pattern")}>
            <Input
              aria-label={t("dictionary.pattern")}
              spellCheck={false}
              disabled={locked}
              value={field.pattern ?? ""}
              placeholder={t("dictionary.pattern.example")}
              onChange={(event) => put({ pattern: event.target.value })}
            />
          </Fact>
        </>
      )}
      {COUNTED.has(type) && (
        <Fact label={t("dictionary.count_max")}>
          <InputNumber
            aria-label={t("dictionary.count_max")}
            min={1}
            disabled={locked}
            value={field.count_max}
            onChange={(next) => put({ count_max: next ?? undefined })}
          />
        </Fact>
      )}
      {(type === "select" || type === "multi_select") && (
        <Fact label={t("dictionary.options")} wide>
          <Choices value={field.options ?? []} locked={locked} write={(options) => put({ options })} />
        </Fact>
      )}
      {type === "sub_table" && (
        <Fact label={t("dictionary.columns")} wide>
          <Columns value={field.fields ?? []} locked={locked} write={(fields) => put({ fields })} />
        </Fact>
      )}
      <div className="fact-wide">
        <Condition
          label={t("designer.visible_when")}
          value={field.visible_when ?? ""}
          fields={beside}
          locked={locked}
          write={(visible_when) => put({ visible_when })}
        />
      </div>
      <div className="fact-wide fact-flags">
        {type !== "computed" && flag("required")}
        {UNIQUE.has(type) && flag("unique")}
        {FILTERABLE.has(type) && flag("filterable")}
        {SEALED.has(type) && flag("personal")}
        {!fresh && flag("retired")}
      </div>
    </div>
  );
}

export function Fact({ label, wide = false, children }: { label: string; wide?: boolean; children: ReactNode }) {
  return (
    <div className={wide ? "fact fact-wide" : "fact"}>
      <span className="form-label">{label}</span>
      {children}
    </div>
  );
}
