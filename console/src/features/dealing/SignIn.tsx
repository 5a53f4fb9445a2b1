import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, told } from "~/client/api";
import { useLanguage } from "~/client/language";
import { words } from "~/client/problems";
import { Frame } from "~/ui/outside/Frame";

const FIELDS = [
  ["login", "text", "username"],
  ["password", "password", "current-password"],
  ["code", "text", "one-time-code"],
] as const;

/** A dealer signs in. */
export function SignIn({ done }: { done: () => void }) {
  const { t } = useTranslation();
  const { language } = useLanguage();
  const [failed, setFailed] = useState<unknown>(null);
  const send = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const said = Object.fromEntries(new FormData(event.currentTarget)) as Record<"login" | "password" | "code", string>;
    const { code, ...rest } = said;
    try {
      await told(api.POST("/api/v1/session", { body: { ...rest, ...(code && { code }) } }));
      done();
    } catch (error) {
      setFailed(error);
    }
  };
  return (
    <Frame>
      <form className="card stack" onSubmit={send}>
        <h1>{t("dealing.title")}</h1>
        {FIELDS.map(([name, type, complete]) => (
          <label key={name}>
            {t(`dealing.${name}`)}
            <input name={name} type={type} autoComplete={complete} required={name !== "code"} />
          </label>
        ))}
        {failed !== null && (
          <p className="note" role="alert">
            {words(failed, language) ?? t("outside.away.first")}
          </p>
        )}
        <button type="submit" className="main">
          {t("dealing.sign_in")}
        </button>
      </form>
    </Frame>
  );
}
