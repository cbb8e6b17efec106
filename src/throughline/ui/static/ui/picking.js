// Selected rows of the list: ticks with a count, ranges with Shift, the whole page, all that the filter shows.
import { announce } from "./announce.js";
import { rows } from "./tables.js";

const form = () => document.getElementById("deciding");
const boxOf = (row) => row.querySelector("[name=ids]");
const boxes = () => rows().map(boxOf).filter(Boolean);
const whole = () => document.querySelector("#deciding-all [name=all]");
const page = () => document.querySelector("[data-pick-all]");

let anchor = "";

// What is selected: ids of this page, or all that the filter shows.
export const picked = () => ({
  all: whole()?.checked ?? false,
  ids: boxes().filter((box) => box.checked).map((box) => box.value),
});

export function clear() {
  [...boxes(), whole()].forEach((box) => { if (box) box.checked = false; });
  anchor = "";
  tell();
}

export function toggle(row, isRange) {
  const box = boxOf(row);
  if (!box) return;
  box.checked = isRange || !box.checked;
  stretch(box, isRange);
  tell();
  announce(`${box.checked ? "Selected" : "Let go"}: ${box.getAttribute("aria-label").slice("Select ".length)}. ${count()}.`);
}

// A range goes from the last tick to this one, and does as this one does.
function stretch(box, isRange) {
  const all = boxes();
  const from = all.findIndex((each) => each.value === anchor);
  const to = all.indexOf(box);
  if (isRange && from >= 0) all.slice(Math.min(from, to), Math.max(from, to) + 1).forEach((each) => { each.checked = box.checked; });
  anchor = box.value;
}

function count() {
  const { all, ids } = picked();
  const n = all ? Number(whole().dataset.total) : ids.length;
  return `${n.toLocaleString("en")} selected`;
}

export function tell() {
  if (!form()) return;
  const { ids } = picked();
  form().querySelector("[data-count]").textContent = count();
  form().querySelector("[data-clear]").hidden = false;
  if (!page()) return;
  page().hidden = false;
  page().checked = ids.length > 0 && ids.length === boxes().length;
  page().indeterminate = ids.length > 0 && ids.length < boxes().length;
}

document.addEventListener("click", (event) => {
  const box = event.target.closest("#rows [name=ids]");
  if (box) stretch(box, event.shiftKey);
});

document.addEventListener("change", (event) => {
  const box = event.target;
  if (box === page()) boxes().forEach((each) => { each.checked = box.checked; });
  else if (!box.matches("#rows [name=ids], #deciding-all [name=all]")) return;
  // Whoever lets one go does not mean all any more.
  if (whole() && box !== whole() && !box.checked) whole().checked = false;
  if (box === whole() && box.checked) boxes().forEach((each) => { each.checked = true; });
  tell();
  announce(`${count()}.`);
});
