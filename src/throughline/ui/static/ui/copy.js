import { announce } from "./announce.js";

export async function copyText(text, button) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Plain http on another host has no clipboard: show the text, so that it can be copied by hand.
    window.prompt("Copy this:", text);
    return;
  }
  announce("Copied.");
  const label = button.querySelector("[data-label]") || button;
  const before = label.textContent;
  label.textContent = "Copied";
  setTimeout(() => { label.textContent = before; }, 1500);
}
