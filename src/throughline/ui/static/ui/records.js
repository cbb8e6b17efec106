// A row opens beside the list where there is room; Escape closes it and goes back to the row.
import { announce } from "./announce.js";

const WIDE = matchMedia("(min-width: 60rem)");
let opener = null;
let listAddress = "";

document.addEventListener("htmx:confirm", (event) => {
  const link = event.target.closest?.("[data-beside]");
  if (!link) return;
  if (WIDE.matches) {
    if (!document.querySelector("#record > *")) listAddress = location.href;
    opener = link;
    return;
  }
  event.preventDefault();
  location.assign(link.href);
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id !== "record" || !opener) return;
  // A decision shows in the row too.
  const status = document.querySelector("#record [data-status]");
  opener.closest("tr")?.querySelector(".cell-status .badge")?.replaceWith(status.firstElementChild.cloneNode(true));
  document.querySelectorAll("tr.here").forEach((row) => row.classList.remove("here"));
  opener.closest("tr")?.classList.add("here");
  const title = document.getElementById("record-title");
  title?.focus({ preventScroll: true });
  announce(`Opened: ${title?.textContent ?? ""}`);
});

function close() {
  const panel = document.getElementById("record");
  if (!panel?.firstElementChild || !opener?.isConnected) return false;
  panel.replaceChildren();
  document.querySelectorAll("tr.here").forEach((row) => row.classList.remove("here"));
  history.pushState(null, "", listAddress);
  opener.focus();
  return true;
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-close-record]") && close()) event.preventDefault();
  const button = event.target.closest("button[data-needs]");
  const needed = button && document.getElementById(button.dataset.needs);
  if (!needed || needed.value.trim()) return;
  // The reason comes first; Enter in it then presses the button that asked.
  event.preventDefault();
  needed.focus();
  needed.onkeydown = (press) => {
    if (press.key !== "Enter" || !needed.value.trim()) return;
    press.preventDefault();
    button.click();
  };
  announce("Say why, then press Enter.");
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.target.closest("dialog[open], details.menu[open]")) close();
});
