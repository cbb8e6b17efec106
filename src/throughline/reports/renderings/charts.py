"""Charts of a report as pictures: the specifications of the pages, painted for paper."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from throughline.charts import Chart

# The light theme of tokens.css as sRGB, which paper has instead of a theme; a test compares the two.
PAINT = {
    "surface": "#ffffff",
    "line": "#dde0e5",
    "line-strong": "#7d8390",
    "ink": "#171b26",
    "ink-soft": "#444955",
    "good": "#008853",
    "good-ink": "#005d37",
    "warn": "#af7c00",
    "bad": "#c51e21",
    "series-1": "#4d4bd1",
    "series-2": "#009891",
    "series-3": "#cf5604",
    "series-4": "#bf308f",
    "series-5": "#578b35",
    "series-6": "#697284",
}
VEGA_LITE = "6.4"
KEPT = 128
LEGEND_COLUMNS = 3
PAINTED = "token:"
Spec = dict[str, Any]


def svg(chart: Chart, *, width: int, height: int, font: str) -> str:
    """The chart as SVG, so many pixels large."""
    return _svg(_written(chart, width, height, font))


def png(chart: Chart, *, width: int, height: int, font: str, scale: float) -> bytes:
    """The chart as PNG, for slides, which take no SVG."""
    return _png(_written(chart, width, height, font, ground=PAINT["surface"]), scale)


def _written(chart: Chart, width: int, height: int, font: str, ground: str | None = None) -> str:
    spec = {**_painted(_seen(chart.spec)), "width": width, "height": height}
    spec["autosize"] = {"type": "fit", "contains": "padding"}
    return json.dumps({**spec, "background": ground, "config": _theme(font) | spec.get("config", {})})


def _seen(spec: Spec) -> Spec:
    """The specification without what is there for a pointer only: paper has none."""
    layers = [each for each in spec.get("layer", ()) if not _is_unseen(each)]
    return {**spec, "layer": layers} if layers else spec


def _is_unseen(layer: Spec) -> bool:
    mark = layer.get("mark")
    return isinstance(mark, dict) and mark.get("opacity") == 0


def _painted(node: Any) -> Any:
    """`token:name` as a colour, and what asks for the width of a page answered for paper."""
    if isinstance(node, str):
        return PAINT[node.removeprefix(PAINTED)] if node.startswith(PAINTED) else node
    if isinstance(node, list):
        return [_painted(each) for each in node]
    if isinstance(node, dict):
        asks = node.keys() == {"expr"} and "containerSize" in str(node["expr"])
        return LEGEND_COLUMNS if asks else {key: _painted(each) for key, each in node.items()}
    return node


def _theme(font: str) -> Spec:
    """The same look that charts.js gives a chart on a page."""
    ink, line = PAINT["ink-soft"], PAINT["line"]
    size = {"labelFontSize": 12, "titleFontSize": 12}
    return {
        "font": font,
        # One way to write a day: months in full among days in short ran into each other.
        "timeFormat": "%-d %b",
        "view": {"stroke": None},
        "axis": {
            **size,
            "labelColor": ink,
            "titleColor": ink,
            "gridColor": line,
            "domainColor": line,
            "tickColor": line,
            "titleFontWeight": 500,
            "labelPadding": 6,
            "labelSeparation": 10,
        },
        "legend": {**size, "labelColor": ink, "titleColor": ink, "orient": "top", "title": None},
        "text": {"color": ink},
    }


@lru_cache(maxsize=KEPT)
def _svg(spec: str) -> str:
    import vl_convert

    return vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE)


@lru_cache(maxsize=KEPT)
def _png(spec: str, scale: float) -> bytes:
    import vl_convert

    return vl_convert.vegalite_to_png(spec, vl_version=VEGA_LITE, scale=scale)
