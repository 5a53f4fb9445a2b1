import { ArrowLeftOutlined } from "@ant-design/icons";
import { useRouter } from "@tanstack/react-router";
import { Button, Grid, Spin, Tabs } from "antd";
import { type ReactNode, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Trouble } from "~/ui/Trouble";
import "~/ui/detail/detail.css";

export type Tab = { key: string; title: string; show: ReactNode; count?: number };

type Props = {
  /** What is read: while it is not there the page waits, or says why it does not come. */
  asked: { isPending: boolean; error: unknown; refetch: () => unknown };
  /** The address of the list that it belongs to. */
  back: string;
  name: string;
  /** Beside the name: grade, stage, holds. */
  marks?: ReactNode;
  /** At the head's end: what can be done. */
  actions?: ReactNode;
  /** Below the head, over the whole width: the track of stages. */
  band?: ReactNode;
  tabs: Tab[];
  /** What happened, at the right; a tab of its own where the screen is narrow. */
  timeline?: { title: string; show: ReactNode };
};

/** The one page of one thing: head, tabs, timeline at the right. Esc goes back. */
export function DetailPage(props: Props) {
  const { t } = useTranslation();
  const router = useRouter();
  const wide = Grid.useBreakpoint().xl ?? true;
  const [tab, setTab] = useState(props.tabs[0]?.key);
  const { back, timeline } = props;
  useEffect(() => {
    const typed = (event: KeyboardEvent) => {
      const into = event.target as HTMLElement;
      if (event.key !== "Escape" || into.closest("input, textarea, [role=dialog], .ant-dropdown, .ant-select")) return;
      if (document.querySelector(".ant-modal-wrap, .ant-drawer-open")) return;
      router.history.canGoBack() ? router.history.back() : router.navigate({ to: back });
    };
    window.addEventListener("keydown", typed);
    return () => window.removeEventListener("keydown", typed);
  }, [router, back]);
  if (props.asked.isPending)
    return (
      <div className="detail-note">
        <Spin />
      </div>
    );
  if (props.asked.error)
    return (
      <div className="detail-note">
        <Trouble error={props.asked.error} again={() => props.asked.refetch()} />
      </div>
    );
  const tabs = [...props.tabs];
  if (timeline && !wide) tabs.push({ key: "timeline", title: timeline.title, show: timeline.show });
  return (
    <article className="detail">
      <header className="detail-head">
        <Button
          type="text"
          icon={<ArrowLeftOutlined />}
          aria-label={t("detail.back")}
          onClick={() => (router.history.canGoBack() ? router.history.back() : router.navigate({ to: back }))}
        />
        <h1 className="code">{props.name}</h1>
        <div className="detail-marks">{props.marks}</div>
        <div className="grow" />
        <div className="detail-actions">{props.actions}</div>
      </header>
      {props.band}
      <div className="detail-body">
        <div className="detail-main">
          <Tabs
            activeKey={tabs.some((each) => each.key === tab) ? tab : tabs[0]?.key}
            onChange={setTab}
            items={tabs.map((each) => ({
              key: each.key,
              label: each.count ? `${t(each.title)} ${each.count}` : t(each.title),
              children: each.show,
            }))}
          />
        </div>
        {timeline && wide && (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls by keys.
          <aside className="detail-aside" aria-label={t(timeline.title)} tabIndex={0}>
            <h2>{t(timeline.title)}</h2>
            {timeline.show}
          </aside>
        )}
      </div>
    </article>
  );
}

/** A part of a detail: a title, what stands at its end, and what it holds. */
export function Part({ title, end, children }: { title: string; end?: ReactNode; children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <section className="part" aria-label={t(title)}>
      <header>
        <h2>{t(title)}</h2>
        <div className="grow" />
        {end}
      </header>
      {children}
    </section>
  );
}

/** Names with their values; what is empty is left out. */
export function Facts({ facts }: { facts: [string, ReactNode][] }) {
  const { t } = useTranslation();
  return (
    <dl className="facts">
      {facts
        .filter(([, value]) => value !== "" && value !== null && value !== undefined && value !== false)
        .map(([name, value]) => (
          <div key={name}>
            <dt>{t(name)}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
