"""How often what is stated happens: the tables of docs/pace.md, from real histories and from made-up ones.

The real ones are curl's, read from ../shared/data; without it only the made-up ones are tried.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
from tests.engine import histories, record_histories
from tests.engine.histories import Case

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


def run() -> None:
    """Print each table."""
    if SHARED.is_dir():
        series = histories.curl_histories(SHARED)
        _print("Real series (curl): at the target by the end", histories.walk(series, cutoffs=12, seed=1))
        _print(
            "Real series (curl): inside a bound to the end",
            histories.walk_to_keep(series, cutoffs=12, seed=1, paths=400),
        )
        _print("Real records (curl): futures of arrivals and repairs", _real_records())
    else:
        print("Real data is not here: ../shared/data is missing.")
    made_up = _made_up(0, seeds=10, lengths=(8, 12, 20, 40, 80))
    _print("Made-up series, 15 families", histories.walk(made_up, cutoffs=2, seed=1, paths=400))
    # No constant was chosen on these: they were first drawn when all were fixed.
    kept_back = _made_up(990_000, seeds=5, lengths=(9, 16, 30, 60))
    _print("Kept back: at the target by the end", histories.walk(kept_back, cutoffs=2, seed=77, paths=300))
    _print(
        "Kept back: inside a bound to the end",
        histories.walk_to_keep(kept_back, cutoffs=2, seed=77, paths=200),
    )
    _print("Made-up records", _made_up_records())


def _made_up(first: int, *, seeds: int, lengths: tuple[int, ...]) -> list[histories.History]:
    return [
        each
        for seed in range(seeds)
        for length in lengths
        for each in histories.synthetic_histories(first + 100 * seed + length, length=length + 8)
    ]


def _real_records() -> Iterable[Case]:
    curl = histories.curl(SHARED)
    cutoffs = np.linspace(histories.SINCE, float(np.max(curl.identified)) - 182, 40)
    return record_histories.walk(
        curl.identified, curl.mitigated, cutoffs=cutoffs.tolist(), ahead=(91.0, 182.0), seed=1
    )


def _made_up_records() -> Iterable[Case]:
    for seed in range(30):
        started, ended = record_histories.made_up(seed)
        yield from record_histories.walk(
            started, ended, cutoffs=(300.0, 600.0), ahead=(91.0,), seed=seed, paths=150
        )


def _print(title: str, cases: Iterable[Case]) -> None:
    print(f"\n{title}\n\n{histories.table(list(cases))}", flush=True)
