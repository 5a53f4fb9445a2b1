import { Checkbox, Input, Select, Switch } from "antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useNames } from "~/client/names";
import type { Drawn } from "~/features/studio/drawn";
import { Wrong } from "~/features/studio/form/parts";
import { resolver, type Schema } from "~/features/studio/form/schema";
import type { Content, Finding } from "~/features/studio/read";
import { SeeAs } from "~/features/studio/roles/SeeAs";
import { byWord, has, toggled } from "~/features/studio/roles/verbs";
import { Part } from "~/ui/detail/DetailPage";
import { useVerbed } from "~/ui/Verbs";

/** A role: what it may do as a matrix, how far it reaches, what it sees masked, and what its holder would see. */
export default function RoleEditor({ kind, content, findings, locked, write }: Drawn) {
  const { t } = useTranslation();
  const names = useNames();
  const fields = useMemo(() => {
    const schema = kind.schema as Schema;
    return (resolver(schema)(schema).properties ?? {}) as Record<string, { items?: { examples?: string[] } }>;
  }, [kind.schema]);
  const words = useMemo(() => byWord(fields.may?.items?.examples ?? []), [fields]);
  const may = (content.may as string[]) ?? [];
  const masks = (content.masks as string[]) ?? fields.masks?.items?.examples ?? [];
  const set = (part: Content) => write({ ...content, ...part });
  const { wordOf, deedOf } = useVerbed();
  const every = may.includes("*");
  const box = (verb: string, label: string, shown?: string) => (
    <Checkbox
      aria-label={label}
      disabled={locked || (verb !== "*" && every)}
      checked={has(may, verb)}
      onChange={(event) => set({ may: toggled(may, verb, event.target.checked, words) })}
    >
      {shown}
    </Checkbox>
  );
  const title = (content.title ?? {}) as Record<string, string>;
  return (
    <>
      <Part title="studio.role.title">
        <div className="role-words">
          {(["zh", "en"] as const).map((each) => (
            <Input
              key={each}
              disabled={locked}
              aria-label={`${t("studio.field.title")} ${t(`studio.field.${each}`)}`}
              prefix={<span className="faint">{t(`studio.field.${each}`)}</span>}
              value={title[each] ?? ""}
              onChange={(event) => set({ title: { ...title, [each]: event.target.value } })}
            />
          ))}
          {box("*", t("studio.role.everything"), t("studio.role.everything"))}
        </div>
        <Under findings={findings} paths={["/title"]} />
      </Part>
      <Part title="studio.role.may">
        <div className="matrices">
          {[words.slice(0, Math.ceil(words.length / 2)), words.slice(Math.ceil(words.length / 2))].map((half) => (
            <table key={half[0]?.[0]} className="matrix">
              <thead>
                <tr>
                  <th scope="col">{t("studio.role.what")}</th>
                  <th scope="col">{t("verbs.deed.read")}</th>
                  <th scope="col">{t("verbs.deed.write")}</th>
                  <th scope="col">{t("studio.role.more")}</th>
                  <th scope="col">{t("studio.role.all")}</th>
                </tr>
              </thead>
              <tbody>
                {half.map(([word, deeds]) => (
                  <tr key={word}>
                    <th scope="row">{wordOf(word)}</th>
                    {["read", "write"].map((deed) => (
                      <td key={deed}>
                        {deeds.includes(deed) && box(`${word}:${deed}`, `${wordOf(word)} ${deedOf(deed)}`)}
                      </td>
                    ))}
                    <td>
                      {deeds
                        .filter((each) => each !== "read" && each !== "write")
                        .map((deed) => (
                          <span key={deed}>
                            {box(`${word}:${deed}`, `${wordOf(word)} ${deedOf(deed)}`, deedOf(deed))}
                          </span>
                        ))}
                    </td>
                    <td>{deeds.length > 1 && box(`${word}:*`, `${wordOf(word)} ${t("studio.role.all")}`)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          ))}
        </div>
        <Under findings={findings} paths={["/may"]} />
      </Part>
      <Part title="studio.role.reach">
        <div className="form-properties">
          {(["channels", "warehouses"] as const).map((place) => (
            <div key={place} className="form-field">
              <span className="form-label">{t(`studio.role.${place}`)}</span>
              <Select
                mode="multiple"
                allowClear
                disabled={locked}
                aria-label={t(`studio.role.${place}`)}
                placeholder={t("studio.role.unlimited")}
                value={(content[place] as string[] | null) ?? []}
                options={Object.entries(names[place]).map(([value, label]) => ({ value, label }))}
                optionFilterProp="label"
                onChange={(next) => set({ [place]: next.length > 0 ? next : null })}
              />
              <Under findings={findings} paths={[`/${place}`]} />
            </div>
          ))}
          {(["own_customers", "code_required"] as const).map((name) => (
            <div key={name} className="form-field">
              <span className="form-label">{t(`studio.role.${name}`)}</span>
              <Switch
                disabled={locked}
                aria-label={t(`studio.role.${name}`)}
                checked={content[name] === true}
                onChange={(on) => set({ [name]: on })}
              />
            </div>
          ))}
          <div className="form-field">
            <span className="form-label">{t("studio.role.masks")}</span>
            <Checkbox.Group
              disabled={locked}
              value={masks}
              options={(fields.masks?.items?.examples ?? []).map((value) => ({
                value,
                label: t(`studio.person.${value}`),
              }))}
              onChange={(next) => set({ masks: next })}
            />
          </div>
        </div>
      </Part>
      {!locked && <SeeAs content={content} />}
    </>
  );
}

/** What is wrong at a place or below it. */
function Under({ findings, paths }: { findings: Finding[]; paths: string[] }) {
  return <Wrong wrong={findings.filter((each) => paths.some((path) => each.path.startsWith(path)))} />;
}
