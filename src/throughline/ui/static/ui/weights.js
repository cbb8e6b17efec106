// form[data-weights]: three sliders that add up to 1. Moving one lets the others give way in their proportion.
// Without this script the numbers beside them and the button do the same.
const REST = 450;

const numbersOf = (form) => [...form.querySelectorAll("input[type=range][data-weight]")]
  .map((slider) => ({ slider, field: form.elements[slider.dataset.weight] }));

function say({ slider, field }, value) {
  slider.value = Math.round(value * 100);
  field.value = value.toFixed(2);
  slider.setAttribute("aria-valuetext", field.value);
}

/** What the others become where one is `value`: their own proportion, or the same where both are nothing. */
export function given(value, others) {
  const rest = Math.round((1 - value) * 100);
  const sum = others[0] + others[1];
  const first = Math.round(sum > 0 ? (rest * others[0]) / sum : rest / 2);
  return [first / 100, (rest - first) / 100];
}

function watch(form) {
  const all = numbersOf(form);
  let rest;
  const later = () => {
    clearTimeout(rest);
    rest = setTimeout(() => form.dispatchEvent(new Event("weigh")), REST);
  };
  // The proportions of the others as the hand took hold: they come back when it moves back.
  let held = null;
  all.forEach((one) => {
    one.slider.hidden = false;
    // What cannot be read stays as it was written, beside its message.
    one.slider.setAttribute("aria-valuetext", one.field.value);
    const others = all.filter((other) => other !== one);
    one.slider.addEventListener("input", () => {
      held = held?.one === one ? held : { one, shares: others.map(({ field }) => Number(field.value) || 0) };
      const value = Number(one.slider.value) / 100;
      say(one, value);
      given(value, held.shares).forEach((share, place) => say(others[place], share));
      later();
    });
  });
  const back = form.querySelector("[data-weights-back]");
  if (back) {
    back.hidden = false;
    back.addEventListener("click", () => {
      back.dataset.weightsBack.split(",").forEach((value, place) => say(all[place], Number(value)));
      held = null;
      form.dispatchEvent(new Event("weigh"));
    });
  }
}

export function watchWeights(root) {
  root.querySelectorAll("form[data-weights]").forEach((form) => {
    if (form.dataset.watched) return;
    form.dataset.watched = "yes";
    watch(form);
  });
}
