"""Charts as data: a Vega-Lite specification, one sentence that says the same, and the table behind it."""

from throughline.charts.charts import Chart, Point, Spans, bars, line, multiples, survival, survivals
from throughline.charts.key_results import Course, key_result

__all__ = [
    "Chart",
    "Course",
    "Point",
    "Spans",
    "bars",
    "key_result",
    "line",
    "multiples",
    "survival",
    "survivals",
]
