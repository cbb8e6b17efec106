// After a decision the list is asked for anew: its rows, counters and facets; what somebody types stays.
import { announce } from "./announce.js";
import { choose, cursor, mark, rows } from "./tables.js";

const PARTS = ["shortcuts", "glance", "facets", "rows", "deciding-all"];

const list = () => document.querySelector("[data-list]");
const rowOf = (id) => document.querySelector(`#rows tr[data-id="${CSS.escape(id)}"]`);

export async function refresh() {
  if (!list()) return;
  const answer = await fetch(list().dataset.list, { headers: { Accept: "text/html" } });
  if (!answer.ok) { announce("The list could not be loaded anew: reload the page."); return; }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  keepingThePlace(() => PARTS.forEach((id) => swap(id, page)));
  showToast(page);
}

function swap(id, page) {
  const [old, fresh] = [document.getElementById(id), page.getElementById(id)];
  if (!old || !fresh) return;
  const open = [...old.querySelectorAll(".facet:has(details[open])")].map((facet) => facet.getAttribute("aria-labelledby"));
  old.replaceWith(fresh);
  open.forEach((name) => fresh.querySelector(`[aria-labelledby="${name}"] details`)?.setAttribute("open", ""));
  htmx.process(fresh);
  document.dispatchEvent(new CustomEvent("fresh", { detail: fresh }));
}

// The cursor, the focus, the ticks and the open row survive; a row that went leaves its place to the next.
function keepingThePlace(change) {
  const [id, index] = [cursor()?.dataset.id, rows().indexOf(cursor())];
  const ticked = [...document.querySelectorAll("#rows [name=ids]:checked")].map((box) => box.value);
  const here = document.querySelector("#rows tr.here")?.dataset.id;
  const hadFocus = document.activeElement === document.body || document.activeElement.closest("#rows");
  change();
  ticked.forEach((value) => { const box = rowOf(value)?.querySelector("[name=ids]"); if (box) box.checked = true; });
  if (here) rowOf(here)?.classList.add("here");
  const next = (id && rowOf(id)) ?? rows()[Math.min(Math.max(index, 0), rows().length - 1)] ?? null;
  if (hadFocus && id && next) choose(next);
  else if (id) mark(next);
}

function showToast(page) {
  const toast = page.querySelector("#toasts [data-toast]:last-of-type");
  if (!toast) return;
  const toasts = document.getElementById("toasts");
  toasts.replaceChildren(toast);
  htmx.process(toasts);
  document.dispatchEvent(new CustomEvent("fresh", { detail: toasts }));
}
