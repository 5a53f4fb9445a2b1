import { PictureOutlined } from "@ant-design/icons";
import { Image } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay, useSession } from "~/client/session";

const FILE = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const WIDTH_PX = 72;

/** The photos kept with something that happened, small, and large when one is touched. Words of other systems stay words. */
export function Evidence({ kept }: { kept: string[] }) {
  const { t } = useTranslation();
  const may = useMay();
  const { masks } = useSession();
  const photos = kept.filter((each) => FILE.test(each));
  const words = kept.filter((each) => !FILE.test(each));
  // Nobody can mask a name or an address on a photo.
  const shown = may("files:read") && !masks.includes("name") && !masks.includes("street");
  return (
    <span className="evidence">
      {shown ? (
        <Image.PreviewGroup>
          {photos.map((each, index) => (
            <Photo key={each} id={each} number={index + 1} />
          ))}
        </Image.PreviewGroup>
      ) : (
        photos.length > 0 && (
          <span className="faint">
            <PictureOutlined aria-hidden /> {t("evidence.hidden", { count: photos.length })}
          </span>
        )
      )}
      {words.length > 0 && <span>{words.join(" · ")}</span>}
    </span>
  );
}

function Photo({ id, number }: { id: string; number: number }) {
  const { t } = useTranslation();
  const [gone, setGone] = useState(false);
  const address = `/api/v1/files/${id}`;
  if (gone)
    return (
      <a href={address} target="_blank" rel="noreferrer">
        {t("evidence.file", { number })}
      </a>
    );
  return (
    <Image
      src={address}
      width={WIDTH_PX}
      height={WIDTH_PX}
      loading="lazy"
      alt={t("evidence.photo", { number })}
      onError={() => setGone(true)}
    />
  );
}
