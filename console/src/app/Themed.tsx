import { App, ConfigProvider, Grid, theme } from "antd";
import english from "antd/locale/en_US";
import chinese from "antd/locale/zh_CN";
import dayjs from "dayjs";
import { type ReactNode, useEffect } from "react";
import { useCalm, useDark } from "~/app/appearance";
import { useLanguage } from "~/client/language";
import "dayjs/locale/zh-cn";

const FONT =
  '-apple-system, BlinkMacSystemFont, "Segoe UI", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", sans-serif';

/** The look of everything below: dense, on a phone as large as thumbs need it, calm, light or dark, in the words of one language. */
export function Themed({ children }: { children: ReactNode }) {
  const { language } = useLanguage();
  const isDark = useDark();
  const isCalm = useCalm();
  const isWide = Grid.useBreakpoint().md ?? true;
  useEffect(() => {
    document.documentElement.dataset.theme = isDark ? "dark" : "light";
    document.querySelector('meta[name="theme-color"]')?.setAttribute("content", isDark ? "#141414" : "#ffffff");
  }, [isDark]);
  dayjs.locale(language === "zh" ? "zh-cn" : "en");
  return (
    <ConfigProvider
      locale={language === "zh" ? chinese : english}
      componentSize={isWide ? "small" : "middle"}
      theme={{
        cssVar: { key: "ol" },
        algorithm: isDark ? theme.darkAlgorithm : theme.defaultAlgorithm,
        token: {
          colorPrimary: isDark ? "#5b8cff" : "#1d4ed8",
          colorInfo: isDark ? "#5b8cff" : "#1d4ed8",
          colorPrimaryHover: isDark ? "#8fb2ff" : "#1a44c2",
          colorLinkHover: isDark ? "#8fb2ff" : "#1a44c2",
          colorError: isDark ? "#ff7875" : "#c01c12",
          colorLink: isDark ? "#7aa2ff" : "#1d4ed8",
          colorTextDescription: isDark ? "rgba(255,255,255,0.62)" : "rgba(0,0,0,0.6)",
          colorTextPlaceholder: isDark ? "rgba(255,255,255,0.56)" : "rgba(0,0,0,0.58)",
          colorBgLayout: isDark ? "#0c0d0f" : "#f4f5f7",
          borderRadius: 6,
          fontFamily: FONT,
          fontSize: 13,
          motion: !isCalm,
          motionDurationMid: "0.12s",
          motionDurationSlow: "0.16s",
        },
        components: {
          Layout: { headerHeight: 48, headerPadding: "0 12px", headerBg: isDark ? "#141414" : "#ffffff" },
          Menu: {
            itemHeight: 34,
            itemMarginBlock: 2,
            groupTitleFontSize: 12,
            itemSelectedColor: isDark ? "#a9c1ff" : "#1d4ed8",
            itemSelectedBg: isDark ? "#17223c" : "#e9effd",
            groupTitleColor: isDark ? "#a0a5ae" : "#5b6069",
          },
          Tabs: { itemSelectedColor: isDark ? "#a9c1ff" : "#1d4ed8" },
          Table: { cellPaddingBlockSM: 4, cellPaddingInlineSM: 8, headerBorderRadius: 0 },
        },
      }}
    >
      <App component={false}>{children}</App>
    </ConfigProvider>
  );
}
