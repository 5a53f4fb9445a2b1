import { DeleteOutlined, PaperClipOutlined, UploadOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useContext, useRef, useState } from "react";
import type { FieldShown } from "~/ui/form/definition";
import { FormHouse, type Of } from "~/ui/form/house";
import { Signature } from "~/ui/form/Signature";
import { useSaid } from "~/ui/Trouble";

const TAKEN: Record<string, string> = {
  image: "image/jpeg,image/png,image/webp",
  file: "image/jpeg,image/png,image/webp,.pdf,.xlsx,.xls,.docx,.doc,.txt,.csv",
};

/** Pictures, papers, a signature: each is uploaded as it is chosen, and its id is the value. */
export function Files({ field, of }: { field: FieldShown; of: Of<string[]> }) {
  const house = useContext(FormHouse);
  const said = useSaid();
  const chooser = useRef<HTMLInputElement>(null);
  const [names, setNames] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState("");
  if (!house) return null;
  const { t, locked, lookups } = house;
  const kept = Array.isArray(of.value) ? of.value : of.value ? [of.value] : [];
  const most = field.count_max ?? (field.type === "image" ? 3 : 1);
  const add = async (files: Iterable<File>) => {
    if (!lookups.upload) return;
    setBusy(true);
    setFailed("");
    const made: string[] = [];
    try {
      for (const file of files) {
        const { file_id } = await lookups.upload(file);
        made.push(file_id);
        setNames((before) => ({ ...before, [file_id]: file.name }));
      }
    } catch (error) {
      setFailed(said(error));
    } finally {
      setBusy(false);
      if (made.length > 0) of.write([...kept, ...made].slice(0, most));
    }
  };
  return (
    <div className="fill-files">
      {kept.map((each) => (
        <span key={each} className="fill-file">
          <PaperClipOutlined /> {names[each] ?? each.slice(0, 8)}
          <Button
            type="text"
            size="small"
            icon={<DeleteOutlined />}
            disabled={locked}
            aria-label={`${t("form.remove")} ${names[each] ?? each}`}
            onClick={() => of.write(kept.filter((other) => other !== each))}
          />
        </span>
      ))}
      {kept.length < most &&
        (field.type === "signature" ? (
          <Signature id={of.id} busy={busy} locked={locked || !lookups.upload} done={(file) => add([file])} />
        ) : (
          <>
            <input
              ref={chooser}
              type="file"
              hidden
              multiple={most > 1}
              accept={TAKEN[field.type]}
              onChange={(event) => {
                add(Array.from(event.target.files ?? []).slice(0, most - kept.length));
                event.target.value = "";
              }}
            />
            <Button
              id={of.id}
              icon={<UploadOutlined />}
              loading={busy}
              disabled={locked || !lookups.upload}
              onClick={() => chooser.current?.click()}
            >
              {t(field.type === "image" ? "form.add_image" : "form.add_file")}
            </Button>
          </>
        ))}
      {failed && (
        <div className="fill-wrong" role="alert">
          {failed}
        </div>
      )}
    </div>
  );
}
