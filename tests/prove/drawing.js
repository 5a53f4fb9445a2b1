// Times from what a person does to when its answer is painted, by the browser's own clock.
(() => {
  let began = 0;
  for (const kind of ["mousedown", "input", "wheel"])
    addEventListener(kind, (event) => {
      began = event.timeStamp;
    }, true);
  const painted = (told) =>
    requestAnimationFrame(() => {
      const after = new MessageChannel();
      after.port1.onmessage = () => told();
      after.port2.postMessage(0);
    });
  const until = (drawn) =>
    new Promise((told) => {
      const look = () => {
        if (!drawn()) return;
        watcher.disconnect();
        painted(() => told(performance.now()));
      };
      const watcher = new MutationObserver(look);
      watcher.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
      look();
    });
  const list = () => document.querySelector("section.list");
  const answered = () => list().querySelector("tbody tr.opens, .ant-empty") !== null;
  const canvases = () => document.querySelectorAll(".tile .chart canvas").length;
  // What is drawn when an answer is there; a list has asked and been answered by then.
  const drawn = {
    form: () => document.querySelector("#login:enabled") !== null,
    rows: () => list()?.ariaBusy === "false" && answered(),
    order: () => document.querySelector(".track li[aria-current]") !== null,
    board: () => document.querySelector(".board .tile") !== null && !document.querySelector(".tile .ant-spin")
      && document.querySelectorAll(".tile .chart").length === canvases(),
  };
  const narrowed = () => {
    let asked = false;
    return () => {
      asked ||= list().ariaBusy === "true";
      return asked && drawn.rows();
    };
  };
  const more = () => {
    const before = document.querySelector(".rows table").ariaRowCount;
    return () => document.querySelector(".rows table").ariaRowCount !== before;
  };
  const moments = { narrowed, more, order: () => drawn.order, board: () => drawn.board };
  let told;
  window.drawing = {
    /** Watch for the answer to what is done next. */
    expect: (moment) => {
      began = 0;
      const seen = moments[moment]();
      told = until(() => began > 0 && seen());
    },
    /** Milliseconds from what was done to its answer. */
    took: async () => (await told) - began,
    /** Milliseconds from the start of the navigation until this is drawn. */
    since: (what) => until(() => document.body && drawn[what]()),
    /** Milliseconds of each frame while the rows are scrolled through, a screen every fourth frame. */
    frames: (count) =>
      new Promise((done) => {
        const box = document.querySelector(".rows");
        const taken = [];
        let last = performance.now();
        const frame = (at) => {
          taken.push(at - last);
          last = at;
          box.scrollTop = ((taken.length * box.clientHeight) / 4) % (box.scrollHeight - 2 * box.clientHeight);
          if (taken.length < count) requestAnimationFrame(frame);
          else done(taken.slice(1));
        };
        requestAnimationFrame(frame);
      }),
    /** Bytes of JavaScript as they came over the wire, or would have. */
    script: () =>
      performance
        .getEntriesByType("resource")
        .filter((each) => new URL(each.name).pathname.endsWith(".js"))
        .reduce((sum, each) => sum + each.encodedBodySize, 0),
  };
})();
