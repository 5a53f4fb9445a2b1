import {
  AppstoreOutlined,
  PartitionOutlined,
  PlayCircleOutlined,
  RedoOutlined,
  UndoOutlined,
  UnorderedListOutlined,
  WarningOutlined,
} from "@ant-design/icons";
import { Link } from "@tanstack/react-router";
import { Button, Segmented, Tooltip } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "~/client/session";

type Props = {
  view: "canvas" | "steps";
  look: (view: "canvas" | "steps") => void;
  locked: boolean;
  history: { undo: () => void; redo: () => void; before: boolean; after: boolean };
  arrange: () => void;
  trying: boolean;
  turn: () => void;
  problems: { count: number; open: boolean; turn: () => void };
  waiting: number;
  name: string;
  end: ReactNode;
};

/** What can be done with the drawing as a whole. */
export function Tools(props: Props) {
  const { view, look, locked, history, arrange, trying, turn, problems, waiting, name, end } = props;
  const { t } = useTranslation();
  const may = useMay();
  const named = (title: string, icon: ReactNode, run: () => void, disabled = false) => (
    <Tooltip title={t(title)} key={title}>
      <Button icon={icon} aria-label={t(title)} disabled={disabled} onClick={run} />
    </Tooltip>
  );
  return (
    <div className="flow-tools" role="toolbar" aria-label={t("flows.tools")}>
      <Segmented
        value={view}
        onChange={look}
        options={[
          { value: "canvas", label: t("flows.view.canvas"), icon: <AppstoreOutlined /> },
          { value: "steps", label: t("flows.view.steps"), icon: <UnorderedListOutlined /> },
        ]}
      />
      {!locked && (
        <>
          {named("flows.undo", <UndoOutlined />, history.undo, !history.before)}
          {named("flows.redo", <RedoOutlined />, history.redo, !history.after)}
          {named("flows.arrange", <PartitionOutlined />, arrange)}
        </>
      )}
      {may("flows:test") && (
        <Button type={trying ? "primary" : "default"} ghost={trying} icon={<PlayCircleOutlined />} onClick={turn}>
          {t(trying ? "flows.try_end" : "flows.try")}
        </Button>
      )}
      <Button
        type={problems.open ? "primary" : "default"}
        ghost={problems.open}
        danger={problems.count > 0}
        icon={<WarningOutlined />}
        aria-pressed={problems.open}
        onClick={problems.turn}
      >
        {t("studio.tab.problems")} {problems.count > 0 && problems.count}
      </Button>
      <div className="grow" />
      {waiting > 0 && (
        <Link to={"/flows" as never} search={{ flow: name, state: "waiting" } as never}>
          {t("flows.waiting_runs", { count: waiting })}
        </Link>
      )}
      {end}
    </div>
  );
}
