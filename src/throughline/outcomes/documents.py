"""What was learnt of the weights as a document, the same of a file and of the records. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from throughline.engine.preferences import HIGHEST, LOWEST, NAMES, Learnt

WAYS = {"learnt": "learnt", "equal": "equal weights", "least_squares": "least squares"}
# A file of finished work, as `throughline next learn` reads it.
COLUMNS = (*NAMES, "outcome")
WEIGHT_COLUMNS = ("weight", "advised", "learnt", "low", "high")
# As fine as the bands are wide; more would let somebody work backwards to a single grade.
FIGURES = 2


def learnt_document(found: Learnt, scale: tuple[float, float]) -> dict[str, Any]:
    """Weights, bands and errors; `scale` is what the grades were given on."""
    return {
        "n": found.n,
        "weights": dict(found.weights),
        "bands": {name: list(band) for name, band in found.bands.items()},
        "posterior": dict(found.posterior),
        "moved": found.moved,
        "why": found.why,
        "leave_one_out": {way: getattr(found.leave_one_out, way) for way in WAYS},
        "caveats": list(found.caveats),
        "grades": list(scale),
    }


def rounded(value: Any) -> Any:
    """Every figure of a document as its page shows it.

    >>> rounded({"weights": {"growth": 0.33333}, "n": 12, "why": "0.33333"})
    {'weights': {'growth': 0.33}, 'n': 12, 'why': '0.33333'}
    """
    if isinstance(value, float):
        return round(value, FIGURES)
    if isinstance(value, Mapping):
        return {key: rounded(each) for key, each in value.items()}
    return [rounded(each) for each in value] if isinstance(value, list | tuple) else value


def weight_rows(found: Learnt) -> list[list[Any]]:
    """A row a weight, rounded as its page shows it."""
    return [
        [name, *rounded([found.weights[name], found.posterior[name], *found.bands[name]])] for name in NAMES
    ]


def learnable(pieces: Sequence[Sequence[float | None]]) -> list[list[float]]:
    """The pieces with all four means, with grades brought to 0..1; the outcome stays in 1..5.

    >>> learnable([(5.0, 1.0, 3.0, 4.0), (5.0, None, 3.0, 4.0)])
    [[1.0, 0.0, 0.5, 4.0]]
    """
    complete = [[each for each in piece if each is not None] for piece in pieces]
    return [
        [*((each - LOWEST) / (HIGHEST - LOWEST) for each in grades), outcome]
        for *grades, outcome in (piece for piece in complete if len(piece) == len(COLUMNS))
    ]
