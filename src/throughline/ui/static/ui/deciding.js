// Decisions in the list: keys about the row of the cursor or about all that are selected, several with a preview.
import { announce } from "./announce.js";
import { refresh } from "./fresh.js";
import { clear, picked, tell as showCount, toggle } from "./picking.js";
import { renew } from "./records.js";
import { choose, cursor, rows } from "./tables.js";
import { forget, last, remember, send, takeBack } from "./undo.js";

const form = () => document.getElementById("deciding");
const part = (name) => form().querySelector(`[data-${name}]`);
const reason = () => form().elements.reason;
const until = () => form().elements.until;
const original = () => document.getElementById("deciding-of");
// What was chosen of the list counts more than what was written to find it.
const namedOriginal = () => new FormData(form()).getAll("of").at(-1)?.trim() ?? "";

let asked = null;
let queue = Promise.resolve();
let waiting = 0;

const isSeveral = ({ all, ids }) => all || ids.length > 1;
const fieldsOf = ({ all, ids }, more) => [...(all ? [["all", "1"]] : ids.map((id) => ["ids", id])), ...more];

// What was answered last about a state is offered for the next.
const kept = (state) => JSON.parse(sessionStorage.getItem(`reason ${state}`) ?? "{}");
const keep = (state, said) => sessionStorage.setItem(`reason ${state}`, JSON.stringify(said));

export function decideByKey(event) {
  if (!form() || event.target.closest("#record")) return false;
  if (asked) return true;
  if (event.key.toLowerCase() === "x") return selectHere(event.shiftKey);
  if (event.key === "u") return event.repeat || undo();
  if (event.key === "m") return makeRule();
  const button = form().querySelector(`[data-decides="${CSS.escape(event.key)}"]`);
  if (!button || event.repeat) return false;
  const about = aboutWhat();
  if (about) decide(button, about);
  else if (document.querySelector("#record > *")) return false;
  else announce("Choose a row first: j goes to the next one, x selects it.");
  return true;
}

function aboutWhat() {
  const chosen = picked();
  if (chosen.all || chosen.ids.length) return chosen;
  return cursor()?.dataset.id ? { all: false, ids: [cursor().dataset.id] } : null;
}

function selectHere(isRange) {
  const row = cursor() ?? rows()[0];
  if (!row) return false;
  if (row !== cursor()) choose(row);
  toggle(row, isRange);
  row.scrollIntoView({ block: "nearest" });
  return true;
}

function makeRule() {
  if (!form().dataset.rules || !cursor()?.dataset.id) return false;
  location.assign(`${form().dataset.rules}?from=${cursor().dataset.id}`);
  return true;
}

function undo() {
  if (!last()) { announce("There is nothing to take back in this window."); return true; }
  lineUp(() => (last() ? takeBack(last()) : null));
  return true;
}

// One after the other, however fast the keys come; the list is asked for anew when all are through.
function lineUp(work) {
  waiting += 1;
  queue = queue.then(work).finally(async () => {
    waiting -= 1;
    if (!waiting) { await refresh(); renew(); }
  });
}

function decide(button, about) {
  if (isSeveral(about) || "asks" in button.dataset || "originals" in button.dataset) ask(button, about);
  else commit(button, about, {});
}

function ask(button, about, problem = "", before = {}) {
  const state = button.value;
  const said = kept(state);
  asked = { button, about, told: send(form().action, fieldsOf(about, [["state", state]])) };
  form().classList.add("asking");
  part("choices").hidden = true;
  part("ask").hidden = false;
  const isDuplicate = "originals" in button.dataset;
  part("of").hidden = part("originals-list").hidden = !isDuplicate;
  part("originals-list").replaceChildren();
  original().value = before.of ?? "";
  part("spared").hidden = !isDuplicate || isSeveral(about);
  original().setAttribute("hx-vals", JSON.stringify({ ids: about.ids }));
  part("reason").hidden = !("asks" in button.dataset) && !isDuplicate;
  part("until").hidden = !("ends" in button.dataset);
  [reason().value, until().value] = [before.reason ?? said.reason ?? "", said.until ?? ""];
  part("sure").textContent = `Make ${isSeveral(about) ? "them" : "it"} ${state}`;
  part("sentence").textContent = "";
  complain(problem);
  if (original().value) htmx.trigger(original(), "input");
  const field = isDuplicate ? original() : "asks" in button.dataset ? reason() : part("sure");
  // The bar is in sight already: the list only moves where the bar would hide what it is about.
  field.focus({ preventScroll: true });
  cursor()?.scrollIntoView({ block: "nearest" });
  if (field === reason()) reason().select();
  tell(asked);
}

async function tell(question) {
  try {
    const { sentence, count } = await question.told;
    if (asked !== question) return;
    const title = isSeveral(question.about) ? "" : `${titleOf(question.about.ids[0])}. `;
    part("sentence").textContent = `${title}${sentence}`;
    if (count > 1) part("sure").textContent = `Make ${count.toLocaleString("en")} ${question.button.value}`;
  } catch (error) {
    if (asked === question) complain(error.message);
  }
}

const titleOf = (id) => document.querySelector(`#rows tr[data-id="${CSS.escape(id)}"] th a`)?.textContent ?? "";

function complain(problem) {
  const message = document.getElementById("deciding-problem");
  message.hidden = !problem;
  message.querySelector("span").textContent = problem;
  const field = asked && "originals" in asked.button.dataset ? original() : reason();
  field.toggleAttribute("aria-invalid", Boolean(problem));
}

async function confirm() {
  const { button, about, told } = asked;
  const needs = "asks" in button.dataset;
  if (needs && !reason().value.trim()) {
    complain(`Say why: the next person who sees ${isSeveral(about) ? "them" : "it"} will ask.`);
    reason().focus();
    return;
  }
  const isDuplicate = "originals" in button.dataset;
  const of = isDuplicate ? namedOriginal() : "";
  const why = needs || isDuplicate ? reason().value.trim() : "";
  if (isDuplicate && !isSeveral(about) && !of && !why) {
    complain("Say of which one it is a duplicate, or give a reason where that one is not here.");
    original().focus();
    return;
  }
  const said = { reason: why, of, until: "ends" in button.dataset ? until().value : "" };
  if (needs) keep(button.value, said);
  const question = asked;
  // One row needs no waiting for its preview: the next key may follow at once.
  const found = isSeveral(about) ? await told.catch(() => null) : { count: 1 };
  // The refusal of the preview stands there already.
  if (!found || asked !== question) return;
  stopAsking();
  commit(button, about, { ...said, count: found.count });
}

function stopAsking() {
  asked = null;
  form().classList.remove("asking");
  part("choices").hidden = false;
  part("ask").hidden = true;
}

function cancel() {
  stopAsking();
  if (cursor()) choose(cursor());
}

function commit(button, about, said) {
  moveOn(about);
  clear();
  const fields = fieldsOf(about, [["state", button.value], ["sure", "1"], ...Object.entries(said)]);
  lineUp(async () => {
    try {
      const done = await send(form().action, fields);
      remember(done.undo);
    } catch (error) {
      announce(error.message);
      ask(button, about, error.message, said);
    }
  });
}

// The cursor goes to the first row below that is not being decided about, else to the last one above.
function moveOn({ all, ids }) {
  const every = rows();
  const rest = (row) => !ids.includes(row.dataset.id);
  const at = every.findLastIndex((row) => !rest(row));
  const next = all ? every[0] : every.slice(at + 1).find(rest) ?? every.slice(0, Math.max(at, 0)).findLast(rest) ?? every[at];
  if (next) choose(next);
}

document.addEventListener("submit", (event) => {
  if (event.target === form()) {
    event.preventDefault();
    if (asked) confirm();
    else decide(event.submitter, picked());
  } else if (document.querySelector("[data-list]") && event.target.matches("#toasts form:not([hx-post])")) {
    event.preventDefault();
    const address = event.target.getAttribute("action");
    lineUp(() => takeBack(address));
  }
});

document.addEventListener("click", (event) => {
  if (event.target.closest("#deciding [data-cancel]")) cancel();
  if (event.target.closest("#deciding [data-clear]")) { clear(); announce("Nothing is selected."); }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !form() || event.target.closest("dialog[open], details.menu[open]")) return;
  if (asked) cancel();
  else if (!document.querySelector("#record > *") && picked().ids.length) { clear(); announce("Nothing is selected."); }
  else return;
  event.stopImmediatePropagation();
});

// A decision beside the list is taken back by the same key, and shows in the list.
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id !== "record" || event.detail.requestConfig?.verb !== "post") return;
  const address = event.detail.requestConfig.path;
  if (address.endsWith("/undo/")) forget(address);
  else if (event.detail.xhr.status === 200) remember(address.replace("/triage/", "/undo/"));
  refresh();
});

export function watchDeciding() {
  if (form()) showCount();
}

