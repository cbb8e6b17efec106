// A dashboard on a whole screen: pages turn by arrow keys, and by the clock where somebody asks for it.
const stage = document.querySelector("[data-present]");
const pages = [...stage.querySelectorAll("[data-stage]")];
const where = stage.querySelector("[data-where]");
const pause = stage.querySelector("[data-pause]");
const whole = stage.querySelector("[data-fullscreen]");
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const OLD = 10 * 60_000;
const since = Date.now();
let every = Number(stage.dataset.every) * 1000;
let timer = null;
let page = Number(stage.dataset.page);

stage.dataset.awake = "yes";

const SMALLEST = 0.72, LARGEST_ALONE = 1.32;

function spills(tile) {
  const body = tile.querySelector(".tile-body");
  const inside = tile.lastElementChild.getBoundingClientRect().bottom <= tile.getBoundingClientRect().bottom + 1;
  return !inside || (body !== null && body.scrollHeight > body.clientHeight + 1);
}

/** Text of a page as large as its screen allows; first sentences go, and then what is too long scrolls by itself. */
function fit(shown) {
  const tiles = [...shown.querySelectorAll(".tile")];
  const fits = () => !tiles.some(spills);
  const most = tiles.length === 1 ? LARGEST_ALONE : 1;
  const shrink = () => {
    for (let size = most; size >= SMALLEST; size -= 0.04) {
      shown.style.setProperty("--fit", size);
      if (fits()) return true;
    }
    return false;
  };
  delete shown.dataset.brief;
  tiles.map((tile) => tile.querySelector(".tile-annotation")).filter(Boolean).forEach((note) => {
    if (note.scrollHeight > note.clientHeight + 1) note.tabIndex = 0;
    else note.removeAttribute("tabindex");
  });
  const bodies = tiles.map((tile) => tile.querySelector(".tile-body")).filter(Boolean);
  bodies.forEach((body) => { body.classList.remove("scrolls"); body.removeAttribute("tabindex"); });
  if (shrink()) return;
  shown.dataset.brief = "yes";
  if (shrink()) return;
  bodies.filter((body) => body.scrollHeight > body.clientHeight + 1).forEach((body) => {
    body.classList.add("scrolls");
    body.tabIndex = 0;
  });
}

function fitShown() {
  pages.filter((each) => !each.hidden).forEach(fit);
}

function show(number) {
  if (pages.length < 2) return;
  page = ((number - 1 + pages.length) % pages.length) + 1;
  pages.forEach((each) => { each.hidden = Number(each.dataset.stage) !== page; });
  where.textContent = `${page} of ${pages.length}`;
  const address = new URL(location.href);
  address.searchParams.set("page", page);
  history.replaceState(null, "", address);
  stage.querySelector("[data-page-field]").value = page;
  fitShown();
  // A chart that was drawn while its page was hidden has no width yet.
  dispatchEvent(new Event("resize"));
}

function turn() {
  // A screen on a wall stays fresh: after a while the next page is asked for anew.
  if (Date.now() - since > OLD) {
    const address = new URL(location.href);
    address.searchParams.set("page", (page % pages.length) + 1);
    location.replace(address);
    return;
  }
  // A turn by the clock is not read out: whoever listens turns by hand.
  where.setAttribute("aria-live", "off");
  show(page + 1);
}

function run(running) {
  clearInterval(timer);
  timer = running ? setInterval(turn, every) : null;
  pause.textContent = running ? "Pause" : "Go on";
  pause.setAttribute("aria-pressed", String(!running));
}

function byHand(number) {
  where.setAttribute("aria-live", "polite");
  show(number);
  if (timer) run(true);
}

// Before the charts hear of it, which are as high as what is left.
addEventListener("resize", fitShown, { capture: true });
document.fonts.ready.then(() => dispatchEvent(new Event("resize")));
fitShown();

const isTyping = (target) => target.closest("input:not([type=hidden]), select, textarea") !== null;

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const steps = { ArrowRight: 1, PageDown: 1, ArrowLeft: -1, PageUp: -1 };
  if (event.key in steps) { event.preventDefault(); byHand(page + steps[event.key]); }
  else if (event.key === "Home") byHand(1);
  else if (event.key === "End") byHand(pages.length);
  else if (event.key === " " && every && !event.target.closest("button, a")) { event.preventDefault(); run(!timer); }
});

stage.addEventListener("click", (event) => {
  const step = event.target.closest("[data-turn]");
  if (!step) return;
  event.preventDefault();
  byHand(page + Number(step.dataset.turn));
});

if (every && pages.length > 1) {
  pause.hidden = false;
  pause.addEventListener("click", () => run(!timer));
  // Who asked for less motion starts the clock herself.
  run(!calm.matches);
}

if (document.fullscreenEnabled) {
  whole.hidden = false;
  whole.addEventListener("click", () => {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen();
  });
}
