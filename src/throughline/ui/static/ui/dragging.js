// Dragging notes into clusters, and a cluster's title onto another; each has a button too.
import { heard } from "./live.js";
import { post } from "./notes.js";
import { showToast } from "./toasts.js";

const RETRY = [500, 1000, 2000, 5000];
let dragged = null;
let before = Promise.resolve();

// What went from the page under a drag tells nobody that the drag is over.
export const isDragging = () => Boolean(dragged?.isConnected);

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

function letGo() {
  dragged?.classList.remove("dragged");
  dragged = null;
  unmark();
}

document.addEventListener("dragend", letGo);

document.addEventListener("drop", (event) => {
  const drop = over(event);
  if (!drop) return;
  event.preventDefault();
  const { note, cluster } = dragged.dataset;
  const fields = note ? { what: "move", notes: note, to: drop.dataset.drop } : { what: "merge", cluster, into: drop.dataset.drop };
  const address = `/boards/${document.querySelector("[data-board]").dataset.board}/sort/`;
  letGo();
  // One after the other: of two steps with the same note the later one stands.
  before = before.then(() => take({ address, ...fields })).catch((error) => showToast(`Not moved: ${error.message}`, { isError: true }));
});

async function take(step) {
  let outcome = await post(step);
  for (let tries = 0; outcome === "again"; tries += 1) {
    if (!tries) showToast("This step is not through yet. It is sent again as soon as the server answers.");
    await new Promise((done) => setTimeout(done, RETRY[Math.min(tries, RETRY.length - 1)]));
    outcome = await post(step);
  }
  if (outcome !== "kept") showToast(`Not moved: ${outcome}`, { isError: true });
  heard("sorting");
  const sorting = document.getElementById("part-sorting");
  sorting.dataset.stale = "own";
  htmx.trigger(sorting, "part-fresh");
}
