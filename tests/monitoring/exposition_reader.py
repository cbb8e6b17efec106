"""A strict reader of Prometheus' text format: what it takes, Prometheus takes.

https://prometheus.io/docs/instrumenting/exposition_formats/
"""

from __future__ import annotations

import math
import re

METRIC = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"'
SAMPLE = re.compile(rf"({METRIC})(?:\{{({LABEL}(?:,{LABEL})*)\}})? (\S+)")
SUFFIXES = {"counter": ("",), "gauge": ("",), "histogram": ("_bucket", "_sum", "_count")}

Series = dict[tuple[str, frozenset[tuple[str, str]]], float]


def read(text: str) -> dict[str, Series]:
    """The series of each family; AssertionError where a scraper would object."""
    assert text.endswith("\n")
    families: dict[str, Series] = {}
    kinds: dict[str, str] = {}
    family, helped = "", ""
    for line in text.splitlines():
        if match := re.fullmatch(rf"# HELP ({METRIC}) (.+)", line):
            helped = match[1]
        elif match := re.fullmatch(rf"# TYPE ({METRIC}) (counter|gauge|histogram)", line):
            family = match[1]
            assert family == helped, f"no help before {line}"
            assert family not in families, f"{family} is there twice"
            assert (match[2] == "counter") == family.endswith("_total"), line
            families[family], kinds[family] = {}, match[2]
        else:
            _sample(line, family, kinds[family], families[family])
    for name, series in families.items():
        if kinds[name] == "histogram":
            _histogram(name, series)
        if kinds[name] != "gauge":
            assert all(value >= 0 for value in series.values()), name
    return families


def _sample(line: str, family: str, kind: str, series: Series) -> None:
    match = SAMPLE.fullmatch(line)
    assert match, f"no sample: {line}"
    assert match[1] in [family + suffix for suffix in SUFFIXES[kind]], f"{match[1]} within {family}"
    pairs = re.findall(LABEL, match[2] or "")
    assert len({name for name, _ in pairs}) == len(pairs), f"a label twice: {line}"
    key = (match[1], frozenset(pairs))
    assert key not in series, f"the series is there twice: {line}"
    series[key] = float(match[7])
    assert not math.isnan(series[key])


def _histogram(name: str, series: Series) -> None:
    """Buckets count up to +Inf, which is the count."""
    grouped: dict[frozenset[tuple[str, str]], dict[float, float]] = {}
    for (sample, labels), value in series.items():
        if sample == f"{name}_bucket":
            [bound] = [text for label, text in labels if label == "le"]
            rest = frozenset(pair for pair in labels if pair[0] != "le")
            grouped.setdefault(rest, {})[float(bound)] = value
    for labels, buckets in grouped.items():
        counts = [buckets[bound] for bound in sorted(buckets)]
        assert counts == sorted(counts), f"{name} {labels} counts down"
        assert buckets[math.inf] == series[f"{name}_count", labels]
        assert series[f"{name}_sum", labels] >= 0
