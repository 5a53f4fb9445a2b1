import { Alert, Input, Modal } from "antd";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSaid } from "~/ui/Trouble";

type Props = {
  title: string;
  text: ReactNode;
  ok: string;
  danger?: boolean;
  /** What is read first, and more that is asked beside the reason. */
  before?: ReactNode;
  children?: ReactNode;
  run: (comment: string) => Promise<unknown>;
  close: (changed: boolean) => void;
};

/** Asks why, does it, and stays with what was typed where it does not work. */
export function Commenting({ title, text, ok, danger, before, children, run, close }: Props) {
  const { t } = useTranslation();
  const said = useSaid();
  const [comment, setComment] = useState("");
  const [running, setRunning] = useState(false);
  const [failed, setFailed] = useState<unknown>(null);
  const go = async () => {
    setRunning(true);
    setFailed(null);
    try {
      await run(comment.trim());
      close(true);
    } catch (error) {
      setFailed(error);
    } finally {
      setRunning(false);
    }
  };
  return (
    <Modal
      open
      title={title}
      okText={ok}
      cancelText={t("shell.cancel")}
      confirmLoading={running}
      okButtonProps={{ danger }}
      onOk={go}
      onCancel={() => close(false)}
    >
      <p>{text}</p>
      {before}
      <Input.TextArea
        autoFocus
        maxLength={500}
        rows={3}
        value={comment}
        aria-label={t("studio.comment")}
        placeholder={t("studio.comment")}
        onChange={(event) => setComment(event.target.value)}
      />
      {children}
      {failed !== null && <Alert type="error" role="alert" showIcon title={said(failed)} />}
    </Modal>
  );
}
