// Dragging tiles of a dashboard by their grip; each has buttons too, which work without this.
import { send } from "./undo.js";
import { announce } from "./announce.js";

let dragged = null;

const board = document.querySelector(".board.arranging");
const unmark = () => board.querySelectorAll(".dropping").forEach((each) => each.classList.remove("dropping"));
const over = (event) => {
  const tile = dragged && event.target.closest?.("[data-tile]");
  return tile && tile !== dragged ? tile : null;
};

board?.querySelectorAll("[data-grip]").forEach((grip) => { grip.hidden = false; });

board?.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.("[data-grip]")?.closest("[data-tile]") ?? null;
  if (!dragged) return;
  dragged.classList.add("dragged");
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.dataset.tile);
  event.dataTransfer.setDragImage(dragged, 20, 20);
});

board?.addEventListener("dragover", (event) => {
  const tile = over(event);
  if (!tile) return;
  event.preventDefault();
  if (!tile.classList.contains("dropping")) { unmark(); tile.classList.add("dropping"); }
});

board?.addEventListener("dragend", () => { dragged?.classList.remove("dragged"); dragged = null; unmark(); });

board?.addEventListener("drop", async (event) => {
  const tile = over(event);
  if (!tile) return;
  event.preventDefault();
  const moved = dragged;
  const back = moved.nextElementSibling;
  // What comes from before its goal takes the place behind it, so that a tile can become the last.
  const isBefore = moved.compareDocumentPosition(tile) & Node.DOCUMENT_POSITION_FOLLOWING;
  board.insertBefore(moved, isBefore ? tile.nextElementSibling : tile);
  try {
    const next = moved.nextElementSibling?.dataset.tile ?? "";
    announce((await send(moved.dataset.arrange, [["what", "before"], ["before", next]])).said);
  } catch (error) {
    board.insertBefore(moved, back);
    announce(error.message);
  }
});
