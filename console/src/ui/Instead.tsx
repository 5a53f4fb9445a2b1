import type { ReactNode } from "react";

/** What stands in place of a page that cannot be shown: why, what to do next, and the way on. */
export function Instead(props: { icon: ReactNode; title: string; next: string; children: ReactNode }) {
  return (
    <div className="instead">
      <span className="instead-icon" aria-hidden="true">
        {props.icon}
      </span>
      <h1>{props.title}</h1>
      <p>{props.next}</p>
      {props.children}
    </div>
  );
}
