// When the typing rests, the editor asks how likely the target is by its history. What comes too late, since
// the box was drawn anew or the page is left, is nobody's error: htmx would call it one.
const REST = 700;

export function askHistory() {
  document.querySelectorAll("[data-history]:not([data-asked])").forEach((place) => {
    place.dataset.asked = "";
    setTimeout(() => { if (place.isConnected) ask(place).catch(() => {}); }, REST);
  });
}

async function ask(place) {
  const form = document.getElementById("sketch-form");
  const answer = await fetch(place.dataset.history, { method: "POST", body: new FormData(form) });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (!place.isConnected) return;
  place.replaceChildren(...page.querySelector("[data-said]").childNodes);
  const beside = page.querySelector("[data-beside]");
  document.getElementById("beside-target")?.replaceChildren(...beside.childNodes);
}
