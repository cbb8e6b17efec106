// j and k walk the rows of the page's main table (data-rows); Enter opens the row's link.
let row = null;

const rows = () => [...document.querySelectorAll("table[data-rows] tbody tr")].filter((tr) => tr.querySelector("a"));

function choose(next) {
  row?.removeAttribute("aria-selected");
  row = next;
  row.setAttribute("aria-selected", "true");
  row.querySelector("a").focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, dialog[open]")) return;
  if (event.key !== "j" && event.key !== "k") return;
  const all = rows();
  if (!all.length) return;
  const at = all.indexOf(document.activeElement?.closest("tr") || row);
  choose(all[Math.min(Math.max(at + (event.key === "j" ? 1 : -1), 0), all.length - 1)]);
});

// A region that scrolls must be reachable by keyboard, and only then; turning a phone changes it.
const widths = new ResizeObserver((entries) => entries.forEach(({ target }) => {
  if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
  else if (!target.hasAttribute("role")) target.removeAttribute("tabindex");
}));

export function watchTables(root) {
  root.querySelectorAll(".table-wrap").forEach((wrap) => widths.observe(wrap));
}
