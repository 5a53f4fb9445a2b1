/** The shape of a page that is on its way; it waits a moment before it shows, so that quick pages do not flicker. */
export function Waiting() {
  return (
    <div className="waiting" aria-busy="true">
      {["38%", "100%", "100%", "100%", "100%", "61%"].map((width, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines are their places.
        <div key={line} className="waiting-line" style={{ width }} />
      ))}
    </div>
  );
}
