// data-submit-on-change: the form sends itself when a choice changes; the button stays for everybody else.
export function watchForms(root) {
  root.querySelectorAll("form[data-submit-on-change]").forEach((form) => {
    if (form.dataset.watched) return;
    form.dataset.watched = "yes";
    form.addEventListener("change", (event) => {
      if (event.target.matches("select, input[type=checkbox], input[type=radio]")) form.requestSubmit();
    });
    // Empty fields stay out of the address.
    form.addEventListener("formdata", ({ formData }) => {
      const filled = [...formData.entries()].filter(([, value]) => value !== "");
      // Several fields may share a name, so all of them go and those that say something come back.
      [...formData.keys()].forEach((name) => formData.delete(name));
      filled.forEach(([name, value]) => formData.append(name, value));
    });
  });
  root.querySelectorAll("input[type=range][data-shows]").forEach(watchSlider);
}

// A page that comes back refused is at its top, the reason may be far below: go there.
export function goToRefused() {
  const isRefused = performance.getEntriesByType("navigation")[0]?.responseStatus >= 400;
  const seen = (selector) => [...document.querySelectorAll(selector)].find((each) => each.checkVisibility?.() ?? true);
  const at = seen('main [aria-invalid="true"]') ?? (isRefused ? seen("main form .message, main [role=alert]") : null);
  if (!at) return;
  if (!at.matches("input, select, textarea")) at.tabIndex = -1;
  at.focus({ preventScroll: true });
  at.scrollIntoView({ block: "center" });
}

// What somebody types while an answer is on its way is newer than the answer.
const TYPED = "input:not([type=checkbox]):not([type=radio]):not([type=file]):not([type=range])[id], textarea[id]";
let typed = null;
document.addEventListener("htmx:beforeSwap", () => {
  const field = document.activeElement;
  typed = field?.matches(TYPED) ? { id: field.id, value: field.value } : null;
});
document.addEventListener("htmx:afterSwap", () => {
  const field = typed && document.getElementById(typed.id);
  if (field && field.value !== typed.value) field.value = typed.value;
  typed = null;
});

function watchSlider(slider) {
  slider.closest(".slider").hidden = false;
  const words = JSON.parse(document.getElementById(slider.dataset.words).textContent);
  const date = document.getElementById(slider.dataset.shows);
  if (date.value) slider.value = Math.max(words.findLastIndex((word) => word <= date.value), 0);
  const at = words.indexOf(date.value);
  if (at >= 0) slider.value = at;
  slider.addEventListener("input", () => {
    date.value = words[slider.value] ?? "";
    slider.setAttribute("aria-valuetext", date.value || "now");
  });
  // Arrow keys fire a change at each step: wait until the slider rests.
  let rest;
  slider.addEventListener("change", () => {
    clearTimeout(rest);
    rest = setTimeout(() => slider.form.requestSubmit(), 700);
  });
}
