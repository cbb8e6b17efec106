// Runs before the page is drawn: keys pressed before the modules have come wait here for keys.js.
const early = { keys: [], keep: (event) => early.keys.push(event) };
document.addEventListener("keydown", early.keep);
globalThis.early = early;
