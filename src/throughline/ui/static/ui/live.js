// What changed on the server, by name; each part of the page that waits for that name asks for itself anew.
// <div data-live="room:12" data-live-since="40"> follows; hx-trigger="live-answers from:body" waits.
const SLOWLY = 5000;
let source = null;
let since = 0;
let timer = 0;
let wasCut = false;
const toldAt = new Map();

const topics = () => [...new Set([...document.querySelectorAll("[data-live]")].map((at) => at.dataset.live))];
const query = () => {
  const asked = new URLSearchParams(topics().map((topic) => ["topic", topic]));
  asked.set("since", since);
  return asked;
};

/** Something of this name is new as of now: a part that was asked for before does not show it. */
export const heard = (what) => toldAt.set(what, performance.now());

export function tell(change) {
  heard(change.what);
  document.body.dispatchEvent(new CustomEvent(`live-${change.what}`, { detail: change }));
}

const WAITING = "[hx-trigger*='live-']";
const waitsFor = (part) => part.getAttribute("hx-trigger").match(/(?<=live-)[a-z-]+/g);

// A part that is on its way hears nothing until it has settled, nor do the parts that it brings: each asks once
// more for what was told meanwhile. htmx hands the same detail to all events of a request.
document.addEventListener("htmx:beforeRequest", ({ detail }) => { detail.askedAt = performance.now(); });
document.addEventListener("htmx:afterSettle", ({ target, detail }) => {
  const missed = (part) => waitsFor(part).some((name) => toldAt.get(name) > detail.askedAt);
  const parts = [target, ...target.querySelectorAll(WAITING)].filter((part) => part.matches(`${WAITING}[hx-get]`));
  // Where the line is cut, every part is asked for once it is back.
  parts.filter(missed).forEach((part) => htmx.ajax("GET", part.getAttribute("hx-get"), { source: part }).catch(() => {}));
});

function open() {
  close();
  if (!topics().length || document.hidden) return;
  source = new EventSource(`/live/stream?${query()}`);
  source.addEventListener("open", () => {
    document.documentElement.dataset.live = "open";
    if (wasCut) askForAll();
    wasCut = false;
  });
  source.addEventListener("change", (event) => {
    since = Math.max(since, Number(event.lastEventId));
    tell(JSON.parse(event.data));
  });
  // A stream that was refused or cut for good: ask now and then instead.
  source.addEventListener("error", () => {
    document.documentElement.dataset.live = "waiting";
    wasCut = true;
    if (source?.readyState === EventSource.CLOSED) { close(); timer = setTimeout(ask, SLOWLY); }
  });
}

async function ask() {
  const answer = await fetch(`/live.json?${query()}`, { headers: { Accept: "application/json" } }).catch(() => null);
  if (answer && !answer.ok && answer.status !== 503) return;
  if (answer?.ok) {
    const said = await answer.json();
    since = Math.max(since, said.last);
    said.changes.forEach(tell);
  }
  if (!source && !document.hidden) timer = setTimeout(ask, SLOWLY);
}

function close() {
  clearTimeout(timer);
  source?.close();
  source = null;
}

// What was told while the line was down could not be asked for: once it is back, every part is.
function askForAll() {
  new Set([...document.querySelectorAll(WAITING)].flatMap(waitsFor)).forEach((what) => tell({ what }));
}

export function watchLive() {
  const first = document.querySelector("[data-live]");
  if (!first) return;
  since = Number(first.dataset.liveSince || 0);
  // A browser keeps six connections to a server: a page that nobody looks at must not hold one.
  document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
  window.addEventListener("pagehide", close);
  window.addEventListener("online", askForAll);
  window.addEventListener("pageshow", (event) => { if (event.persisted) open(); });
  // Parts listen from then on; what is told before reaches none.
  document.addEventListener("DOMContentLoaded", open);
}
