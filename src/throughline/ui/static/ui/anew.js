// A part that comes anew undoes nothing that a person does in it: what is pressed is let go first, what is unfolded
// stays so, and the focus stays where it is. (What has an id keeps the focus by htmx.)
const BY_ITSELF = "[hx-get][hx-trigger*='live-']";

const textOf = (node) => (node.querySelector(":scope > summary") ?? node).textContent.replace(/[\d\s]+/g, " ");
const nameOf = (node) =>
  node.id || [node.parentElement.closest("[id]")?.id, node.getAttribute("href"), node.getAttribute("name"), textOf(node)].join("|");
const namesakes = (tag, name) => [...document.querySelectorAll(tag)].filter((each) => nameOf(each) === name);

// Where something stands, so that its successor is found; of several that are alike only where as many are there.
function placeOf(node) {
  const [tag, name] = [node.localName, nameOf(node)];
  const alike = namesakes(tag, name);
  return { node, tag, name, at: alike.indexOf(node), among: alike.length };
}
function found({ tag, name, at, among }) {
  const alike = namesakes(tag, name);
  return alike.length === among ? alike[at] : undefined;
}

let unfolded = [];
let focused = null;
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const { elt, verb } = detail.requestConfig;
  const isByItself = verb === "get" && elt.matches?.(BY_ITSELF);
  if (detail.shouldSwap && isByItself && isPressed && !elt.matches("[data-part]")) {
    detail.shouldSwap = false;
    late.add(elt);
    return;
  }
  // An answer to what one did may fold the form again that it came from.
  const folds = isByItself ? document.querySelectorAll("main details[open]") : detail.target.querySelectorAll("details[id][open]");
  unfolded = [...folds].map(placeOf);
  focused = isByItself && document.activeElement?.closest("main *") ? placeOf(document.activeElement) : null;
});
document.addEventListener("htmx:afterSwap", () => {
  unfolded.forEach((place) => { if (!place.node.isConnected) found(place)?.setAttribute("open", ""); });
  if (focused && !focused.node.isConnected && document.activeElement === document.body) found(focused)?.focus({ preventScroll: true });
});

const late = new Set();
let isDown = false;
let isPressed = false;
let release = 0;
function letGo() {
  isDown = false;
  clearTimeout(release);
  // The click comes after it, on a phone in a moment.
  release = setTimeout(() => { isPressed = false; askForLate(); }, 60);
}
function askForLate() {
  const parts = [...late].filter((part) => part.isConnected);
  late.clear();
  parts.forEach((part) => htmx.ajax("GET", part.getAttribute("hx-get"), { source: part }).catch(() => {}));
}
document.addEventListener("pointerdown", () => { clearTimeout(release); isDown = isPressed = true; }, true);
for (const name of ["pointerup", "pointercancel", "dragend", "drop"]) document.addEventListener(name, letGo, true);
// The list of a select and a menu of the browser swallow the end of a press.
document.addEventListener("pointermove", (event) => { if (isDown && !event.buttons) letGo(); }, true);
