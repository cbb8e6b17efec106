// j and k walk the rows of the page's main table (data-rows); Enter opens the row's link.
import { isTyping } from "./keys.js";

let row = null;

export const rows = () => [...document.querySelectorAll("table[data-rows] tbody tr")].filter((tr) => tr.querySelector("a"));

// The row that keys are about: the one with the focus, or the last one that had it.
export const cursor = () => (row?.isConnected ? row : null);

export function mark(next) {
  row?.classList.remove("cursor");
  row = next;
  row?.classList.add("cursor");
}

export function choose(next) {
  mark(next);
  next.querySelector("a").focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

document.addEventListener("focusin", (event) => {
  const within = event.target.closest("table[data-rows] tbody tr");
  if (within && within !== row) mark(within);
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (event.key !== "j" && event.key !== "k") return;
  const all = rows();
  if (!all.length) return;
  const at = all.indexOf(cursor());
  choose(all[Math.min(Math.max(at + (event.key === "j" ? 1 : -1), 0), all.length - 1)]);
});

// A region that scrolls must be reachable by keyboard, and only then; turning a phone changes it.
const widths = new ResizeObserver((entries) => entries.forEach(({ target }) => {
  if (target.scrollWidth > target.clientWidth || target.scrollHeight > target.clientHeight) target.tabIndex = 0;
  else if (!target.hasAttribute("role")) target.removeAttribute("tabindex");
}));

// Where a strip of tabs is wider than the screen, the open one is brought into sight; the page stays.
function showOpenTab(strip) {
  const open = strip.querySelector("[aria-current]");
  if (!open || strip.scrollWidth <= strip.clientWidth) return;
  const beside = open.getBoundingClientRect().left - strip.getBoundingClientRect().left;
  strip.scrollLeft += beside - (strip.clientWidth - open.offsetWidth) / 2;
}

export function watchTables(root) {
  root.querySelectorAll(".tabs").forEach(showOpenTab);
  root.querySelectorAll(".table-wrap").forEach((wrap) => widths.observe(wrap));
}
