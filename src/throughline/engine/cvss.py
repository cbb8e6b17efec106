"""CVSS vectors of every version in use, scored as they stand; nothing is converted from one to another.

FIRST: CVSS v2.0 (A Complete Guide, 2007), v3.0 and v3.1 (Specification Document), v4.0 (Specification
Document). The equations are those of the library `cvss`; what is said of a wrong vector is ours.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache

from cvss import CVSS2, CVSS3, CVSS4, CVSSError
from cvss.constants2 import METRICS_MANDATORY as BASE_2
from cvss.constants2 import METRICS_VALUES as VALUES_2
from cvss.constants3 import ENVIRONMENTAL_METRICS as ENVIRONMENTAL_3
from cvss.constants3 import METRICS_MANDATORY as BASE_3
from cvss.constants3 import METRICS_VALUES as VALUES_3
from cvss.constants4 import METRICS_MANDATORY as BASE_4
from cvss.constants4 import METRICS_VALUE_NAMES as VALUES_4

_LONGEST = 400
# How vectors of the second version are introduced where they are; that version itself has no prefix.
_PREFIXES_2 = ("CVSS:2.0/", "CVSS2#")
_UNDEFINED = ("X", "ND")
_BASE: Mapping[str, Collection[str]] = {"2.0": BASE_2, "3.0": BASE_3, "3.1": BASE_3, "4.0": BASE_4}
_VALUES: Mapping[str, Mapping[str, Collection[str]]] = {
    "2.0": VALUES_2,
    "3.0": VALUES_3,
    "3.1": VALUES_3,
    "4.0": VALUES_4,
}
# The first score that is low, medium, high and critical: NVD's ranges for 2.0, FIRST's from 3.0 on.
_RATINGS_2, _RATINGS = (0.0, 4.0, 7.0), (0.1, 4.0, 7.0, 9.0)


class BadVector(ValueError):
    """The text is no CVSS vector; the message names the metric and what it may be."""


class NoVersion(BadVector):
    """The metrics are those of 3.0 as well as of 3.1, and nothing says which version it is."""


@dataclass(frozen=True, slots=True)
class Score:
    """The scores of a vector, from 0 to 10.

    `base` is that of its base metrics, `overall` the one that counts temporal (threat) and environmental
    metrics where the vector has any. `severity` rates the overall score: 0 (info) to 4 (critical).
    """

    version: str
    base: float
    overall: float
    severity: int


@lru_cache(maxsize=50_000)
def score(vector: str) -> Score:
    """The scores of a vector. Raises BadVector.

    Without a prefix the version is the one that alone has its metrics: Au is of 2.0, AT and VC of 4.0.

    >>> score("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H")
    Score(version='3.1', base=9.8, overall=9.8, severity=4)
    >>> score("AV:N/AC:L/Au:N/C:N/I:N/A:C").version
    '2.0'
    """
    version, metrics = _parted(vector.strip())
    try:
        base, overall = _SCORERS[version](metrics)
    except CVSSError:
        raise BadVector(_wrong(version, metrics)) from None
    return Score(version, base, overall, rating(overall, version))


def rating(score: float, version: str = "") -> int:
    """The severity of a score, 0 (info) to 4 (critical); 2.0 knows low, medium and high only.

    >>> rating(9.8), rating(9.8, "2.0"), rating(0.0), rating(0.0, "2.0")
    (4, 3, 0, 1)
    """
    return sum(score >= first for first in (_RATINGS_2 if version.startswith("2") else _RATINGS))


def _parted(vector: str) -> tuple[str, str]:
    """Version and metrics."""
    if len(vector) > _LONGEST:
        raise BadVector(f"a vector has at most {_LONGEST} characters")
    for prefix in _PREFIXES_2:
        if vector.startswith(prefix):
            return "2.0", vector.removeprefix(prefix)
    if vector.startswith("CVSS:"):
        version, _, metrics = vector.removeprefix("CVSS:").partition("/")
        if version not in _VALUES:
            raise BadVector(f"there is no version '{version[:20]}': it is 2.0, 3.0, 3.1 or 4.0")
        return version, metrics
    metrics = vector.removeprefix("(").removesuffix(")")
    return _version_of(metrics), metrics


def _version_of(metrics: str) -> str:
    names = {field.partition(":")[0] for field in metrics.split("/")}
    if "Au" in names:
        return "2.0"
    if names & {"AT", "VC", "VI", "VA"}:
        return "4.0"
    if "PR" in names:
        raise NoVersion("3.0 and 3.1 have the same metrics: write CVSS:3.1/ or CVSS:3.0/ in front")
    raise BadVector("a vector begins with its version: CVSS:3.1/AV:N/AC:L/…")


def _score_2(metrics: str) -> tuple[float, float]:
    base, temporal, environmental = CVSS2(metrics).scores()
    return base, next(each for each in (environmental, temporal, base) if each is not None)


def _score_30(metrics: str) -> tuple[float, float]:
    return _score_3(f"CVSS:3.0/{metrics}")


def _score_31(metrics: str) -> tuple[float, float]:
    return _score_3(f"CVSS:3.1/{metrics}")


def _score_3(vector: str) -> tuple[float, float]:
    read = CVSS3(vector)
    base, temporal, environmental = read.scores()
    # 3.1 has another equation for modified impact, so it is not asked where nothing is modified.
    is_modified = any(read.original_metrics.get(name, "X") != "X" for name in ENVIRONMENTAL_3)
    return base, environmental if is_modified else temporal


def _score_4(metrics: str) -> tuple[float, float]:
    base = "/".join(field for field in metrics.split("/") if field.partition(":")[0] in BASE_4)
    return _read_4(base), _read_4(metrics)


@lru_cache(maxsize=50_000)
def _read_4(metrics: str) -> float:
    return float(CVSS4(f"CVSS:4.0/{metrics}").base_score)


_SCORERS = {"2.0": _score_2, "3.0": _score_30, "3.1": _score_31, "4.0": _score_4}


def _wrong(version: str, metrics: str) -> str:
    """What is wrong with metrics that could not be scored: the first metric of which something is."""
    values, seen = _VALUES[version], set()
    for field in metrics.split("/"):
        name, sign, value = field.partition(":")
        if not sign:
            return f"'{field[:20]}' is no metric with its value such as AV:N"
        if name not in values:
            return f"CVSS {version} has no metric '{name[:20]}'"
        if value not in values[name]:
            return f"{name} has no value '{value[:20]}': it is {_listed(values[name])}"
        if name in seen:
            return f"{name} is there twice"
        seen.add(name)
    return f"{', '.join(name for name in _BASE[version] if name not in seen)} missing"


def _listed(values: Collection[str]) -> str:
    *most, last = [value for value in values if value not in _UNDEFINED]
    return f"{', '.join(most)} or {last}"
