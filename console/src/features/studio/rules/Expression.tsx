import { CodeEditor, JdmConfigProvider } from "@gorules/jdm-editor";
import "@gorules/jdm-editor/dist/style.css";
import { useEffect, useRef } from "react";

type Props = { label: string; value: string; locked: boolean; write: (value: string) => void };

/** An expression, typed in the field that the cells and conditions of rules are typed in. */
export default function Expression({ label, value, locked, write }: Props) {
  const box = useRef<HTMLDivElement>(null);
  // The field has no name of its own, and what it is made of comes a moment later.
  useEffect(() => {
    const name = () => box.current?.querySelector(".cm-content")?.setAttribute("aria-label", label);
    name();
    const watch = new MutationObserver(name);
    if (box.current) watch.observe(box.current, { childList: true, subtree: true });
    return () => watch.disconnect();
  }, [label]);
  const theme = { mode: (document.documentElement.dataset.theme === "dark" ? "dark" : "light") as "dark" | "light" };
  return (
    <div ref={box} className="expression">
      <JdmConfigProvider theme={theme}>
        <CodeEditor value={value} disabled={locked} maxRows={6} type="standard" onChange={write} />
      </JdmConfigProvider>
    </div>
  );
}
