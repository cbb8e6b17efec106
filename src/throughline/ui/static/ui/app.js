// One entry: everything here only adds to pages that already work without it.
import { openPalette } from "./palette.js";
import { listenForKeys } from "./keys.js";
import { switchTheme } from "./theme.js";
import { watchToasts } from "./toasts.js";
import { watchTables } from "./tables.js";
import { watchCharts } from "./charts.js";
import { copyText } from "./copy.js";
import { askHistory } from "./history.js";
import { keepTogether } from "./breaks.js";
import { goToRefused, watchForms } from "./forms.js";
import { decideByKey, watchDeciding } from "./deciding.js";
import { watchLive } from "./live.js";
import { watchParts } from "./parts.js";
import { watchWeights } from "./weights.js";
import "./anew.js";
import "./records.js";

const openDialog = (id) => (id === "palette" ? openPalette() : document.getElementById(id)?.showModal());

function reveal(root) {
  // Buttons that need this script stay hidden without it.
  root.querySelectorAll("[data-open][hidden], [data-theme-switch][hidden], [data-dismiss][hidden], [data-copy][hidden]")
    .forEach((button) => { button.hidden = false; });
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-open], [data-theme-switch], [data-copy]");
  if (!button) {
    document.querySelectorAll("details.menu[open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
    return;
  }
  if (button.dataset.open) openDialog(button.dataset.open);
  else if ("copy" in button.dataset) copyText(button.dataset.copy || location.href, button);
  else switchTheme();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  document.querySelectorAll("details.menu[open]").forEach((menu) => {
    menu.open = false;
    menu.querySelector("summary").focus();
  });
});

function awaken(root) {
  reveal(root);
  keepTogether(root === document ? document.body : root);
  watchToasts(root);
  watchTables(root);
  watchCharts(root);
  watchForms(root);
  watchParts(root);
  watchWeights(root);
  watchDeciding();
  askHistory();
}

awaken(document);
goToRefused();
listenForKeys({ openPalette, openKeys: () => openDialog("keys"), decide: decideByKey });
watchLive();
document.addEventListener("htmx:afterSettle", (event) => awaken(event.target));
document.addEventListener("htmx:oobAfterSwap", (event) => awaken(event.target));
document.addEventListener("fresh", (event) => awaken(event.detail));
