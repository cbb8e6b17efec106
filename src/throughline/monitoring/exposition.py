"""Prometheus' text format, version 0.0.4. Pure: families of samples to text.

https://prometheus.io/docs/instrumenting/exposition_formats/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Sample:
    """One value; `suffix` follows the family's name, as in `_bucket`."""

    value: float
    labels: Mapping[str, str]
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class Family:
    """A figure with a sentence on what it is, and its samples."""

    name: str
    kind: Literal["counter", "gauge", "histogram"]
    help: str
    samples: list[Sample]


def single(name: str, kind: Literal["counter", "gauge"], help: str, value: float) -> Family:
    """A family of one sample without labels."""
    return Family(name, kind, help, [Sample(value, {})])


def written(families: Iterable[Family]) -> str:
    r"""The families as text.

    >>> print(written([Family("jobs", "gauge", "Jobs", [Sample(2, {"state": 'a"b'})])]), end="")
    # HELP jobs Jobs
    # TYPE jobs gauge
    jobs{state="a\"b"} 2
    """
    return "".join(f"{line}\n" for family in families for line in _lines(family))


def _lines(family: Family) -> Iterator[str]:
    said = family.help.replace("\\", "\\\\").replace("\n", "\\n")
    yield f"# HELP {family.name} {said}"
    yield f"# TYPE {family.name} {family.kind}"
    for sample in family.samples:
        labels = ",".join(f'{name}="{_escaped(value)}"' for name, value in sample.labels.items())
        yield f"{family.name}{sample.suffix}{f'{{{labels}}}' if labels else ''} {_number(sample.value)}"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(float(value))
