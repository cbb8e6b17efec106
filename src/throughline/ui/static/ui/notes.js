// A note that was sent is kept in this browser until the server says that it has it; a draft until it is sent.
import { tell } from "./live.js";

const RETRY = [1000, 2000, 5000, 10000];
let tries = 0;
let timer = 0;
let sending = false;

const board = () => document.querySelector("[data-board]");
const place = (name) => `board ${board().dataset.board} ${board().dataset.person} ${name}`;
const waiting = () => JSON.parse(localStorage.getItem(place("outbox")) ?? "[]");
const form = () => document.querySelector("[data-note-form]");

function keep(notes) {
  if (notes.length) localStorage.setItem(place("outbox"), JSON.stringify(notes));
  else localStorage.removeItem(place("outbox"));
  show();
}

const token = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

export function watchNotes(root) {
  const found = root.querySelector("[data-note-form]");
  if (!board() || !found) { show(); return; }
  show();
  if (found.dataset.watched) return;
  found.dataset.watched = "yes";
  found.elements.text.value ||= localStorage.getItem(place("draft")) ?? "";
  found.addEventListener("input", () => localStorage.setItem(place("draft"), found.elements.text.value));
  found.addEventListener("submit", (event) => {
    event.preventDefault();
    hand(found);
  });
  // Ctrl and Enter keep a note without leaving the field.
  found.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) found.requestSubmit();
  });
  send();
}

function hand(from) {
  const fields = Object.fromEntries([...new FormData(from)].filter(([name]) => name !== "csrfmiddlewaretoken"));
  if (!fields.text.trim()) { from.elements.text.focus(); return; }
  keep([...waiting(), { ...fields, token: token(), address: from.getAttribute("action") }]);
  localStorage.removeItem(place("draft"));
  from.elements.text.value = "";
  if (from.elements.link) from.elements.link.value = "";
  if (from.elements.key_result) from.elements.key_result.value = "";
  from.elements.text.focus();
  send();
}

async function send() {
  clearTimeout(timer);
  const next = board() && waiting().find((note) => !note.refused);
  if (!next || sending) return;
  sending = true;
  const outcome = await post(next);
  sending = false;
  // Another window of this browser may have changed the list meanwhile.
  const rest = waiting();
  if (outcome === "again") {
    timer = setTimeout(send, RETRY[Math.min(tries, RETRY.length - 1)]);
    tries += 1;
    show();
    return;
  }
  tries = 0;
  if (outcome === "kept") {
    keep(rest.filter((note) => note.token !== next.token));
    tell({ what: "own-sent" });
  } else keep(rest.map((note) => (note.token === next.token ? { ...note, refused: outcome } : note)));
  send();
}

/** "kept", "again" where the line or the server is down, or the sentence with which it was refused. */
export async function post({ address, refused, ...fields }) {
  const headers = { Accept: "application/json", ...JSON.parse(document.body.getAttribute("hx-headers")) };
  try {
    const answer = await fetch(address, { method: "POST", body: new URLSearchParams(fields), headers });
    if (answer.ok) return "kept";
    if (answer.status >= 500 || answer.status === 429) return "again";
    const said = await answer.json().catch(() => ({}));
    return said.detail ?? "The server did not take it: reload the page and send it again";
  } catch {
    return "again";
  }
}

function show() {
  const list = document.querySelector("[data-outbox]");
  if (!list || !board()) return;
  const notes = waiting();
  list.hidden = !notes.length;
  list.replaceChildren(...notes.map((note) => {
    const item = document.createElement("li");
    const text = Object.assign(document.createElement("p"), { textContent: note.text });
    const state = note.refused ? `Not taken: ${note.refused}.` : tries ? "Kept in this browser. It is sent again as soon as the server answers." : "Being sent…";
    item.append(text, Object.assign(document.createElement("p"), { className: "small soft", textContent: state }));
    if (note.refused) item.append(button("Take it back to the form", () => takeBack(note)));
    return item;
  }));
}

function button(text, act) {
  const made = Object.assign(document.createElement("button"), { type: "button", className: "button small", textContent: text });
  made.addEventListener("click", act);
  return made;
}

function takeBack(note) {
  keep(waiting().filter((each) => each.token !== note.token));
  const field = form()?.elements.text;
  if (field) { field.value = note.text; field.focus(); }
}

window.addEventListener("online", send);
window.addEventListener("storage", show);
document.addEventListener("visibilitychange", () => { if (!document.hidden) send(); });
