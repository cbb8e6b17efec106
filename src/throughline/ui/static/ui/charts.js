// Charts are drawn from the specification in the page; the bundle is loaded only where there is one.
const BUNDLE = "/static/vendor/vega-bundle.js";
const views = new Map();
let bundle = null;

function loadBundle() {
  bundle ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = BUNDLE;
    script.onload = resolve;
    script.onerror = () => reject(new Error("the chart library could not be loaded"));
    document.head.append(script);
  });
  return bundle;
}

const probe = document.createElement("canvas").getContext("2d", { willReadFrequently: true });

/** A colour token as rgb: Vega knows neither custom properties nor oklch. */
function colour(name) {
  const swatch = document.createElement("i");
  swatch.className = `swatch-${name}`;
  swatch.hidden = true;
  document.body.append(swatch);
  swatch.style.setProperty("color", `var(--${name})`);
  probe.clearRect(0, 0, 1, 1);
  probe.fillStyle = getComputedStyle(swatch).color;
  probe.fillRect(0, 0, 1, 1);
  swatch.remove();
  const [r, g, b] = probe.getImageData(0, 0, 1, 1).data;
  return `rgb(${r}, ${g}, ${b})`;
}

/** Strings of the form "token:name" anywhere in the specification become colours of the present theme. */
function painted(node) {
  if (typeof node === "string") return node.startsWith("token:") ? colour(node.slice(6)) : node;
  if (Array.isArray(node)) return node.map(painted);
  if (node && typeof node === "object") return Object.fromEntries(Object.entries(node).map(([k, v]) => [k, painted(v)]));
  return node;
}

function themed() {
  const ink = colour("ink-soft");
  const line = colour("line");
  const font = getComputedStyle(document.body).fontFamily;
  return {
    background: null, font, view: { stroke: null },
    axis: { labelColor: ink, titleColor: ink, gridColor: line, domainColor: line, tickColor: line, labelFontSize: 12, titleFontSize: 12, titleFontWeight: 500, labelPadding: 6 },
    legend: { labelColor: ink, titleColor: ink, labelFontSize: 12, titleFontSize: 12, orient: "top", title: null },
    header: { labelColor: colour("ink"), titleColor: ink, labelFontSize: 12, labelFontWeight: 600 },
    text: { color: ink },
  };
}

let tip = null;

/** Vega's own tooltip writes a style attribute, which the content security policy forbids. */
function showTip(_handler, event, _item, value) {
  tip ??= Object.assign(document.createElement("div"), { id: "chart-tip", hidden: true });
  if (!tip.isConnected) document.body.append(tip);
  tip.hidden = !value;
  if (!value) return;
  const entries = typeof value === "object" ? Object.entries(value) : [["", value]];
  tip.replaceChildren(...entries.map(([name, text]) => {
    const line = document.createElement("p");
    const label = document.createElement("span");
    label.textContent = name ? `${name} ` : "";
    line.append(label, String(text));
    return line;
  }));
  const left = Math.min(event.clientX + 14, innerWidth - tip.offsetWidth - 8);
  tip.style.left = `${Math.max(8, left)}px`;
  tip.style.top = `${Math.max(8, event.clientY - tip.offsetHeight - 10)}px`;
}

/** On a whole screen a chart is as high as its place; bars are no thicker for it. */
function fill(spec, canvas) {
  if (spec.layer?.[0]?.mark?.type === "bar") canvas.style.setProperty("max-height", `${spec.height * 1.6 + 40}px`);
  spec.height = "container";
}

async function draw(figure) {
  const said = figure.dataset.spec ?? figure.querySelector("script[type='application/json']").textContent;
  const spec = painted(JSON.parse(said));
  const canvas = figure.querySelector(".canvas");
  if (figure.closest("[data-stage]")) fill(spec, canvas);
  await loadBundle();
  views.get(figure)?.finalize();
  const { view } = await window.vegaEmbed(canvas, { ...spec, config: { ...themed(), ...spec.config } }, {
    mode: "vega-lite", actions: false, ast: true, defaultStyle: false, renderer: "svg",
    tooltip: showTip,
  });
  views.set(figure, view);
  canvas.querySelector("svg")?.setAttribute("aria-hidden", "true");
  figure.dataset.drawn = "yes";
}

function failed(figure, error) {
  console.error(error);
  figure.querySelector(".canvas").textContent = "The chart could not be drawn; the table has the same figures.";
}

export function watchCharts(root) {
  root.querySelectorAll("figure.chart:not(.ternary, [data-drawn])").forEach((figure) => {
    figure.dataset.drawn = "soon";
    draw(figure).catch((error) => failed(figure, error));
  });
}

document.addEventListener("theme", () => {
  views.forEach((view, figure) => {
    if (figure.isConnected) draw(figure).catch((error) => failed(figure, error));
    else { view.finalize(); views.delete(figure); }
  });
});
