import { Skeleton } from "antd";

/** The shape of a page that is on its way; it waits a moment before it shows, so that quick pages do not flicker. */
export function Waiting() {
  return (
    <div className="waiting" aria-busy="true">
      <Skeleton active paragraph={{ rows: 8 }} />
    </div>
  );
}
