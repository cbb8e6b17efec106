"""Points and Schulze are those of pref_voting on thousands of profiles: whole, cut short, tied, in cycles."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from throughline.engine.ballots import Ballot, Tally, preferences, strongest_paths, tally

ORACLE = Path(sys.prefix) / "oracle"
PROFILES = 4_000


def order(draw: random.Random, options: int, ranked: int) -> list[int]:
    return draw.sample(range(options), min(ranked, options))


def whole(draw: random.Random, options: int) -> list[list[int]]:
    return [order(draw, options, 5) for _ in range(draw.randint(1, 25))]


def cut_short(draw: random.Random, options: int) -> list[list[int]]:
    return [order(draw, options, draw.randint(0, 5)) for _ in range(draw.randint(1, 25))]


def opposed(draw: random.Random, options: int) -> list[list[int]]:
    """For each ballot one that says the opposite of it, and sometimes one that decides."""
    half = [order(draw, options, 5) for _ in range(draw.randint(1, 8))]
    return [*half, *(each[::-1] for each in half), *([order(draw, options, 5)] * draw.randint(0, 1))]


def turned(draw: random.Random, options: int) -> list[list[int]]:
    """A cycle: the same order begun in other places, by few or by many."""
    around = order(draw, options, options)
    starts = [draw.randrange(options) for _ in range(draw.randint(2, 4))]
    return [
        (around[start:] + around[:start])[:5] for start in starts for _ in range(draw.choice((1, 2, 2, 3, 7)))
    ]


@pytest.fixture(scope="module")
def asked() -> list[dict]:
    draw, drawn = random.Random(2011), []
    for number in range(PROFILES):
        options = draw.randint(3, 9)
        ballots = (whole, cut_short, opposed, turned)[number % 4](draw, options)
        drawn.append({"options": options, "ballots": ballots})
    return drawn


@pytest.fixture(scope="module")
def answers(asked) -> list[dict]:
    if not ORACLE.is_dir():
        pytest.skip("pref_voting is not installed in .venv/oracle (`make test` does it)")
    said = subprocess.run(
        [sys.executable, Path(__file__).with_name("pref_voting_answers.py")],
        input=json.dumps(asked),
        env={**os.environ, "PYTHONPATH": str(ORACLE), "MPLBACKEND": "agg"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stderr[-2000:]
    found = json.loads(said.stdout)
    assert len(found) == len(asked)
    return found


@pytest.fixture(scope="module")
def counts(asked) -> list[tuple[Tally, list[list[int]]]]:
    """Our tally of each profile, its options by number, and its strongest paths."""
    found = []
    for profile in asked:
        names = [f"{option}" for option in range(profile["options"])]
        ballots = [
            Ballot(f"{voter}", tuple(names[option] for option in ranked))
            for voter, ranked in enumerate(profile["ballots"])
        ]
        found.append((tally(ballots, names), strongest_paths(preferences(ballots, names)).tolist()))
    return found


def test_the_profiles_hold_what_makes_a_count_hard(counts):
    """Without cycles and ties among them, all methods would agree."""
    cycles = ties = several = cut = 0
    for found, _ in counts:
        rows = found.pairwise
        cycles += {b for a in rows for b in rows[a] if rows[a][b] > rows[b][a]} == set(rows)
        ties += any(rows[a][b] == rows[b][a] > 0 for a in rows for b in rows[a])
        several += len(found.schulze[0]) > 1
        cut += bool(found.warnings)
    assert min(cycles, ties, several, cut) > 300, (cycles, ties, several, cut)


def test_points_are_those_of_positional_scoring(asked, counts, answers):
    for profile, (found, _), said in zip(asked, counts, answers, strict=True):
        points = {int(each.option): each.points for each in found.standings}
        assert [points[option] for option in range(profile["options"])] == said["points"], profile
        # Whoever has more points stands higher; what breaks a tie of points is our own rule.
        ranks = [said["ranks"][int(each.option)] for each in found.standings]
        assert ranks == sorted(ranks), profile


def test_schulze_has_the_same_winners_and_the_same_order(asked, counts, answers):
    for profile, (found, _), said in zip(asked, counts, answers, strict=True):
        groups = [sorted(int(each) for each in group) for group in found.schulze]
        assert groups[0] == said["winners"], profile
        assert groups == said["order"], profile


def test_the_strongest_paths_are_as_strong(asked, counts, answers):
    for profile, (_, paths), said in zip(asked, counts, answers, strict=True):
        assert paths == said["paths"], profile
