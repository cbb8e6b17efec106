// Ctrl/Cmd+K: pages, metrics and actions. The list comes once, when it is first wanted.
import { announce } from "./announce.js";

let places = null;
let chosen = 0;

const dialog = () => document.getElementById("palette");
const field = () => dialog().querySelector("input");
const list = () => dialog().querySelector("ul");

function score(place, words) {
  const text = `${place.title} ${place.words || ""}`.toLowerCase();
  if (!words.every((word) => text.includes(word))) return -1;
  return words.reduce((sum, word) => sum + (text.startsWith(word) ? 3 : text.includes(` ${word}`) ? 2 : 1), 0);
}

function matches(query) {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const found = places
    .map((place) => ({ place, rank: score(place, words) }))
    .filter(({ rank }) => rank >= 0)
    .sort((a, b) => b.rank - a.rank)
    .map(({ place }) => place)
    .slice(0, 40);
  if (query.trim()) found.push({ title: `Search vulnerabilities for “${query.trim()}”`, kind: "search", address: `/vulnerabilities/?q=${encodeURIComponent(query.trim())}` });
  return found;
}

function line(place, index) {
  const item = document.createElement("li");
  item.role = "option";
  item.id = `palette-${index}`;
  item.dataset.address = place.address;
  item.setAttribute("aria-selected", String(index === chosen));
  const title = document.createElement("span");
  title.textContent = place.title;
  const kind = document.createElement("span");
  kind.className = "kind";
  kind.textContent = place.kind;
  item.append(title, kind);
  return item;
}

function draw() {
  const found = matches(field().value);
  chosen = Math.min(chosen, Math.max(found.length - 1, 0));
  list().replaceChildren(...found.map(line));
  point();
}

function point() {
  [...list().children].forEach((item, index) => item.setAttribute("aria-selected", String(index === chosen)));
  const item = list().children[chosen];
  field().setAttribute("aria-activedescendant", item ? item.id : "");
  item?.scrollIntoView({ block: "nearest" });
}

function move(step) {
  const count = list().children.length;
  if (count) chosen = (chosen + step + count) % count;
  point();
}

function goTo(item) {
  if (item) location.assign(item.dataset.address);
}

function listen() {
  field().addEventListener("input", () => { chosen = 0; draw(); });
  field().addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter") {
      event.preventDefault();
      goTo(list().children[chosen]);
    }
  });
  list().addEventListener("click", (event) => goTo(event.target.closest("li")));
  dialog().addEventListener("click", (event) => { if (event.target === dialog()) dialog().close(); });
}

export async function openPalette() {
  if (!dialog() || dialog().open) return;
  dialog().showModal();
  field().value = "";
  chosen = 0;
  if (!places) {
    try {
      places = (await (await fetch("/palette.json")).json()).places;
    } catch {
      places = [];
      announce("The list of places could not be loaded.");
    }
    listen();
  }
  draw();
}
