// A board is served complete and works by its forms; this adds dragging, a clock, and parts that wait while one types.
import { announce } from "./announce.js";
import { watchBallots } from "./ballot.js";
import { watchNotes } from "./notes.js";
import { watchDragging, isDragging } from "./dragging.js";

const FIELDS = "input:not([type=hidden]):not([type=radio]):not([type=checkbox]), textarea, select";
const partOf = (node) => node?.closest?.("[data-part]");

// What somebody has begun to write here and has not sent.
const hasChanged = (field) =>
  field.matches("select")
    ? [...field.options].some((option) => option.selected !== option.defaultSelected) && field.selectedIndex > 0
    : field.value !== field.defaultValue;

// A button that is pressed must still be there when it is let go.
let pressed = null;
document.addEventListener("pointerdown", (event) => { pressed = partOf(event.target); }, true);
for (const name of ["pointerup", "pointercancel"]) document.addEventListener(name, () => setTimeout(() => { pressed = null; settle(); }, 60), true);

function isBusy(part) {
  const here = document.activeElement;
  if (pressed === part || isDragging(part) || (part.contains(here) && here.matches("select"))) return true;
  return [...part.querySelectorAll(FIELDS)].some((field) => !field.closest("[data-note-form]") && hasChanged(field));
}

// An answer to what others did waits while one is in the middle of something; one's own is shown at once.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { target, requestConfig } = event.detail;
  const part = partOf(target);
  if (!part || target !== part) return;
  const isOthers = requestConfig.verb === "get" && requestConfig.elt === part;
  if (isOthers && (pressed === part || isDragging(part) || (requestConfig.triggeringEvent?.type !== "part-fresh" && isBusy(part)))) {
    event.detail.shouldSwap = false;
    part.dataset.stale = "yes";
    // What is offered takes a line, and everything below would jump from under the hand.
    if (pressed !== part && !isDragging(part)) offerNews(part);
    return;
  }
  opened = new Set([...part.querySelectorAll("details[open][id]")].map((each) => each.id));
});

let opened = new Set();
document.addEventListener("htmx:afterSwap", (event) => {
  const part = document.getElementById(event.detail.target?.id ?? "");
  // A form that was sent is through; what others did closes nothing.
  const stays = event.detail.requestConfig?.verb === "get" ? "details[id]" : "details[data-stays]";
  part?.querySelectorAll(stays).forEach((each) => { if (opened.has(each.id)) each.open = true; });
  opened = new Set();
  wake(document);
});

function offerNews(part) {
  if (part.querySelector(":scope > .news")) return;
  const news = Object.assign(document.createElement("p"), { className: "news" });
  const button = Object.assign(document.createElement("button"), { type: "button", className: "button small", textContent: "Something changed here: show it" });
  button.addEventListener("click", () => htmx.trigger(part, "part-fresh"));
  news.append(button);
  part.prepend(news);
}

// As soon as one is through, what waited is fetched.
function settle() {
  document.querySelectorAll("[data-part][data-stale]").forEach((part) => { if (!isBusy(part)) htmx.trigger(part, "part-fresh"); });
}
for (const name of ["focusout", "change", "dragend", "toggle"]) document.addEventListener(name, () => setTimeout(settle, 50), true);

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
