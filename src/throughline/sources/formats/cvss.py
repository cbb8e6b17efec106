"""The base score of a CVSS 3 vector (CVSS v3.1 specification, section 7.1; 3.0 differs in no base metric)."""

from __future__ import annotations

import math
from functools import lru_cache

_WEIGHTS = {
    "AV": {"N": 0.85, "A": 0.62, "L": 0.55, "P": 0.2},
    "AC": {"L": 0.77, "H": 0.44},
    "PR": {"N": 0.85, "L": 0.62, "H": 0.27},
    "UI": {"N": 0.85, "R": 0.62},
    **{metric: {"H": 0.56, "L": 0.22, "N": 0.0} for metric in "CIA"},
}
_CHANGED = {"L": 0.68, "H": 0.5}


@lru_cache(maxsize=10_000)
def base_score(vector: str) -> float | None:
    """The score, 0 to 10; None for a vector of another version or one that lacks a metric.

    >>> base_score("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"), base_score("CVSS:4.0/AV:N")
    (9.8, None)
    >>> base_score("CVSS:3.1/AV:N/AC:L/PR:L/UI:R/S:C/C:L/I:L/A:N")
    5.4
    """
    if not vector.startswith("CVSS:3."):
        return None
    said = dict(part.split(":", 1) for part in vector.split("/")[1:] if ":" in part)
    try:
        weights = {metric: known[said[metric]] for metric, known in _WEIGHTS.items()}
        changed = {"U": False, "C": True}[said["S"]]
    except KeyError:
        return None
    if changed:
        weights["PR"] = _CHANGED.get(said["PR"], weights["PR"])
    return _score(weights, changed)


def _score(weights: dict[str, float], changed: bool) -> float:
    lost = 1 - math.prod(1 - weights[metric] for metric in "CIA")
    impact = 7.52 * (lost - 0.029) - 3.25 * (lost - 0.02) ** 15 if changed else 6.42 * lost
    if impact <= 0:
        return 0.0
    exploitability = 8.22 * math.prod(weights[metric] for metric in ("AV", "AC", "PR", "UI"))
    return _rounded_up(min((impact + exploitability) * (1.08 if changed else 1), 10))


def _rounded_up(score: float) -> float:
    """To the next tenth, on whole numbers as the specification's appendix A has it."""
    hundred_thousandths = round(score * 100_000)
    return math.ceil(hundred_thousandths / 10_000) / 10
