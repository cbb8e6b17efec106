// Single keys act only where nobody is typing (WCAG 2.1.4: they are switched off inside fields and dialogs).
const PLACES = {
  h: "/", v: "/vulnerabilities/", m: "/metrics/", k: "/key-results/", p: "/cycles/", t: "/thread/", r: "/risk/", n: "/next/", d: "/dashboards/", i: "/imports/",
};
const WAIT = 1200;
let waitingSince = 0;

// Nobody types into a box that is only ticked.
export const isTyping = (target) =>
  target.closest("input:not([type=checkbox]), textarea, select, [contenteditable], dialog[open]") !== null;

function go(key) {
  const link = document.querySelector(`.side a[href="${PLACES[key]}"]`);
  if (link) location.assign(link.href);
}

function press(key) {
  const button = document.querySelector(`[data-key="${key}"]`);
  if (!button) return false;
  button.click();
  return true;
}

export function listenForKeys({ openPalette, openKeys, decide }) {
  const take = (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      openPalette();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    // When it was pressed, not when a busy page came to it.
    if (waitingSince && event.timeStamp - waitingSince < WAIT) {
      waitingSince = 0;
      if (event.key in PLACES) { event.preventDefault(); event.stopImmediatePropagation(); go(event.key); return; }
    }
    if (event.key === "g") { waitingSince = event.timeStamp; return; }
    if (event.key === "?") { event.preventDefault(); openKeys(); return; }
    if (event.key === "/") {
      event.preventDefault();
      (document.querySelector("main [data-search]") ?? document.querySelector("[data-search]"))?.focus();
      return;
    }
    if (event.key.length === 1 && (decide(event) || press(event.key))) event.preventDefault();
  };
  document.addEventListener("keydown", take);
  document.removeEventListener("keydown", early.keep);
  early.keys.forEach(take);
}
