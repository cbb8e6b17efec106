// Toasts stay ten seconds (the time of an undo), longer while somebody points at or is inside them.
const STAY = 10_000;

function watch(toast) {
  if (toast.dataset.watched) return;
  toast.dataset.watched = "yes";
  let timer = setTimeout(() => toast.remove(), STAY);
  const hold = () => clearTimeout(timer);
  const release = () => { hold(); timer = setTimeout(() => toast.remove(), STAY); };
  toast.addEventListener("mouseenter", hold);
  toast.addEventListener("focusin", hold);
  toast.addEventListener("mouseleave", release);
  toast.addEventListener("focusout", release);
  toast.querySelector("[data-dismiss]")?.addEventListener("click", () => toast.remove());
}

/** Say a sentence where everybody sees it; the region reads it out. */
export function showToast(text, { isError = false } = {}) {
  const toast = Object.assign(document.createElement("div"), { className: isError ? "toast error" : "toast" });
  toast.dataset.toast = "";
  toast.append(Object.assign(document.createElement("p"), { textContent: text }));
  document.getElementById("toasts").append(toast);
  watch(toast);
}

export function watchToasts(root) {
  const within = root.matches?.("[data-toast]") ? [root] : root.querySelectorAll("[data-toast]");
  within.forEach(watch);
}
