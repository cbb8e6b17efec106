// A row opens beside the list where there is room; Escape closes it and goes back to the row.
import { announce } from "./announce.js";
import { cursor } from "./tables.js";

const WIDE = matchMedia("(min-width: 60rem)");
let opened = "";
let listAddress = "";
let isQuiet = false;

const panel = () => document.getElementById("record");
const opener = () => document.querySelector(`[data-beside][href="${CSS.escape(opened)}"]`);

document.addEventListener("htmx:confirm", (event) => {
  const link = event.target.closest?.("[data-beside]");
  if (!link) return;
  if (WIDE.matches) {
    if (!document.querySelector("#record > *")) listAddress = location.href;
    opened = link.getAttribute("href");
    return;
  }
  event.preventDefault();
  location.assign(link.href);
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id !== "record" || !opened) return;
  document.querySelectorAll("tr.here").forEach((row) => row.classList.remove("here"));
  opener()?.closest("tr").classList.add("here");
  if (isQuiet) { isQuiet = false; return; }
  const title = document.getElementById("record-title");
  title?.focus({ preventScroll: true });
  announce(`Opened: ${title?.textContent ?? ""}`);
});

// The open record is asked for anew, while the focus stays in the list.
export function renew() {
  if (!opened || !document.querySelector("[data-list] #record > *")) return;
  isQuiet = true;
  htmx.ajax("GET", opened, { target: "#record", source: panel() });
}

function close() {
  if (!panel()?.firstElementChild || !opened) return false;
  panel().replaceChildren();
  document.querySelectorAll("tr.here").forEach((row) => row.classList.remove("here"));
  history.pushState(null, "", listAddress);
  (opener() ?? cursor()?.querySelector("a"))?.focus();
  opened = "";
  return true;
}

function sayWhy(button, needed) {
  const word = button.firstElementChild.nextSibling.textContent.trim().toLowerCase();
  const message = document.getElementById("triage-needed");
  const said = needed.name === "of" ? "Say of which one, or why where that one is not here; then press Enter." : `Say why (${word}), then press Enter.`;
  if (message) {
    message.hidden = false;
    message.querySelector("span").textContent = said;
  }
  needed.setAttribute("aria-invalid", "true");
  needed.focus();
  announce(said);
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-close-record]") && close()) event.preventDefault();
  const button = event.target.closest("button[data-needs]");
  const fields = button ? button.dataset.needs.split(" ").map((id) => document.getElementById(id)).filter(Boolean) : [];
  if (!fields.length || fields.some((field) => field.value.trim())) return;
  const [needed] = fields;
  // The reason comes first; Enter in it then presses the button that asked.
  event.preventDefault();
  needed.onkeydown = (press) => {
    if (press.key !== "Enter" || !needed.value.trim()) return;
    press.preventDefault();
    button.click();
  };
  sayWhy(button, needed);
});

// Whoever chose an original means a duplicate, not the first button of the form.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.target.name !== "of" || event.defaultPrevented) return;
  const button = event.target.closest(".triage")?.querySelector("button[value=duplicate]");
  if (!button) return;
  event.preventDefault();
  button.click();
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.target.closest("dialog[open], details.menu[open], #deciding")) close();
});
