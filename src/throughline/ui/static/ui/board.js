// A board is served complete and works by its forms; this adds dragging, a clock, and parts that wait while one types.
import { announce } from "./announce.js";
import { watchBallots } from "./ballot.js";
import { watchNotes } from "./notes.js";
import { watchDragging, isDragging } from "./dragging.js";
import { showToast } from "./toasts.js";

const FIELDS = "input:not([type=hidden]):not([type=radio]):not([type=checkbox]), textarea, select";
const partOf = (node) => node?.closest?.("[data-part]");

// What somebody has begun to write here and has not sent.
const hasChanged = (field) =>
  field.matches("select")
    ? [...field.options].some((option) => option.selected !== option.defaultSelected) && field.selectedIndex > 0
    : field.value !== field.defaultValue;

// What is pressed or dragged must still be there, and where it was, when it is let go.
let isDown = false;
let isPressed = false;
let release = 0;
const isHeld = () => isPressed || isDragging();
const letGo = () => {
  isDown = false;
  clearTimeout(release);
  // The click comes after it, on a phone in a moment.
  release = setTimeout(() => { isPressed = false; settle(); }, 60);
};
document.addEventListener("pointerdown", () => { clearTimeout(release); isDown = isPressed = true; }, true);
for (const name of ["pointerup", "pointercancel", "dragend", "drop"]) document.addEventListener(name, letGo, true);
// The list of a select and a menu of the browser swallow the end of a press.
document.addEventListener("pointermove", (event) => { if (isDown && !event.buttons) letGo(); }, true);

// What one asked for here and is not answered yet: its answer replaces the part, and needs it for that.
const isSending = (part) => Boolean(part.querySelector(".htmx-request"));
const changed = (part) => [...part.querySelectorAll(FIELDS)].filter((field) => !field.closest("[data-note-form]") && hasChanged(field));

function isBusy(part) {
  const here = document.activeElement;
  return (part.contains(here) && here.matches("select")) || changed(part).length > 0;
}

// An answer to what others did waits while one is in the middle of something; one's own is shown at once,
// unless something is being pressed or dragged.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { target, requestConfig, shouldSwap } = event.detail;
  const part = partOf(target);
  if (!shouldSwap || !part || target !== part) return;
  const isOwn = requestConfig.elt !== part;
  const isMoving = isOwn ? isDown || isDragging() : isHeld() || isSending(part);
  if (isMoving || (!isOwn && part.dataset.stale !== "own" && isBusy(part))) {
    event.detail.shouldSwap = false;
    part.dataset.stale = isOwn ? "own" : (part.dataset.stale ?? "others");
    if (isOwn) takeNote(event.detail);
    if (!isMoving) offerNews(part);
    return;
  }
  delete part.dataset.stale;
  opened = new Set([...part.querySelectorAll("details[open][id]")].map((each) => each.id));
  typed = part.id === "part-sorting" ? changed(part).filter((field) => field.id && !isThrough(field, event.detail)).map(({ id, value }) => [id, value]) : [];
});

const isThrough = (field, { requestConfig, xhr }) => xhr.status < 400 && field.form === requestConfig.elt;

// An answer that cannot be shown yet: what it refuses is said, what it did is shown as soon as one lets go.
function takeNote({ requestConfig, serverResponse, xhr }) {
  const refused = new DOMParser().parseFromString(serverResponse, "text/html").querySelector(".message");
  if (xhr.status >= 400) showToast(refused?.textContent ?? "That was not done: reload the page and do it again.", { isError: true });
  else requestConfig.elt.reset?.();
}

let opened = new Set();
let typed = [];
document.addEventListener("htmx:afterSwap", (event) => {
  const part = document.getElementById(event.detail.target?.id ?? "");
  // A form that was sent is through; what others did closes nothing.
  const stays = event.detail.requestConfig?.verb === "get" ? "details[id]" : "details[data-stays]";
  part?.querySelectorAll(stays).forEach((each) => { if (opened.has(each.id)) each.open = true; });
  typed.forEach(([id, value]) => typeAgain(document.getElementById(id), value));
  opened = new Set();
  typed = [];
  wake(document);
});

function typeAgain(field, value) {
  if (!field || (field.matches("select") && ![...field.options].some((option) => option.value === value))) return;
  field.value = value;
  const around = field.closest("details");
  if (around) around.open = true;
}

function offerNews(part) {
  if (part.querySelector(":scope > .news")) return;
  const news = Object.assign(document.createElement("p"), { className: "news" });
  const button = Object.assign(document.createElement("button"), { type: "button", className: "button small", textContent: "Something changed here: show it" });
  button.addEventListener("click", () => { part.dataset.stale = "own"; htmx.trigger(part, "part-fresh"); });
  news.append(button);
  part.prepend(news);
}

// As soon as one is through, what waited is fetched.
function settle() {
  if (isHeld()) return;
  document.querySelectorAll("[data-part][data-stale]").forEach((part) => {
    if (isSending(part)) return;
    if (part.dataset.stale === "own" || !isBusy(part)) htmx.trigger(part, "part-fresh");
    else offerNews(part);
  });
}
for (const name of ["focusout", "change", "toggle"]) document.addEventListener(name, () => setTimeout(settle, 50), true);

// What was held for one's own request, which brought no part. A part that failed to come is not asked for at once.
document.addEventListener("htmx:afterRequest", ({ detail }) => { if (detail.elt !== partOf(detail.elt)) setTimeout(settle, 50); });

// A suggestion that was taken is offered no more.
document.addEventListener("htmx:afterRequest", (event) => {
  if (!event.detail.elt.closest?.(".suggestion")) return;
  if (event.detail.successful) event.detail.elt.closest(".suggestion").remove();
  if (!document.querySelector("#part-suggestions .suggestion")) document.getElementById("part-suggestions").replaceChildren();
});

function tick() {
  document.querySelectorAll("[data-ends]").forEach((clock) => {
    const left = Math.ceil((new Date(clock.dateTime) - Date.now()) / 1000);
    clock.closest(".timer").classList.toggle("over", left <= 0);
    if (left <= 0) {
      if (clock.dataset.left && clock.dataset.left !== "0") announce("The time is up.");
      clock.dataset.left = "0";
      clock.textContent = "the time is up";
      return;
    }
    clock.dataset.left = left;
    if (left < 3600 * 3) clock.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")} left`;
  });
}

function wake(root) {
  watchNotes(root);
  watchBallots(root);
  watchDragging(root);
}

wake(document);
tick();
setInterval(tick, 1000);
