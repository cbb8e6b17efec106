// Dragging notes into clusters, and a cluster's title onto another; each has a button too.
import { send } from "./undo.js";
import { announce } from "./announce.js";

let dragged = null;

export const isDragging = (part) => Boolean(dragged && part.contains(dragged));

export function watchDragging(root) {
  const sorting = root.querySelector("#part-sorting");
  if (!sorting?.querySelector(".note-move")) return;
  // On the board, since a part that settles gets the classes back that the server gave it.
  sorting.closest("[data-board]").classList.add("can-drag");
  sorting.querySelectorAll("[data-note], [data-cluster]").forEach((each) => { each.draggable = true; });
}

document.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.("[data-note], [data-cluster]");
  if (!dragged) return;
  dragged.classList.add("dragged");
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.dataset.note ?? dragged.dataset.cluster);
});

const over = (event) => {
  const drop = dragged && event.target.closest?.("[data-drop]");
  if (!drop) return null;
  // A cluster's title is dropped on another cluster only.
  const isCluster = "cluster" in dragged.dataset;
  if (isCluster && (!/^\d+$/.test(drop.dataset.drop) || drop.dataset.drop === dragged.dataset.cluster)) return null;
  return drop;
};

const unmark = () => document.querySelectorAll(".dropping").forEach((each) => each.classList.remove("dropping"));

document.addEventListener("dragover", (event) => {
  const drop = over(event);
  if (!drop) return;
  event.preventDefault();
  if (!drop.classList.contains("dropping")) { unmark(); drop.classList.add("dropping"); }
});

document.addEventListener("dragend", () => { dragged?.classList.remove("dragged"); dragged = null; unmark(); });

document.addEventListener("drop", async (event) => {
  const drop = over(event);
  if (!drop) return;
  event.preventDefault();
  const { note, cluster } = dragged.dataset;
  const fields = note ? [["what", "move"], ["notes", note], ["to", drop.dataset.drop]] : [["what", "merge"], ["cluster", cluster], ["into", drop.dataset.drop]];
  const address = `/boards/${document.querySelector("[data-board]").dataset.board}/sort/`;
  dragged.classList.remove("dragged");
  dragged = null;
  unmark();
  try {
    await send(address, fields);
  } catch (error) {
    announce(error.message);
  }
  htmx.trigger("#part-sorting", "part-fresh");
});
