"""Plans as people write them, and plans of every shape for the tests that try them all."""

from __future__ import annotations

from textwrap import dedent, indent

from hypothesis import strategies as st

from throughline.plans.format.shape import Field, Many, Named, Thing, Things
from throughline.plans.format.things import PLAN
from throughline.plans.format.types import (
    Amount,
    Choice,
    Day,
    Flag,
    Key,
    Moment,
    Name,
    Number,
    Reference,
    Text,
)

HEAD = "apiVersion: throughline/v1\nkind: Plan\n"
QUARTER = (
    HEAD
    + """
goals:
  - key: trust
    title: Win the trust of large customers
    owner: Lena Brandt

long_term_objectives:
  - key: secure-the-product
    title: Secure the product
    kind: actual_risk
    contributes:
      - goal:trust

cycles:
  - key: 2027-q1
    title: 2027-Q1
    start: 2027-01-01
    end: 2027-03-31

objectives:
  - key: repair-first
    title: Repair what matters first
    cycle: 2027-q1
    contributes:
      - long_term_objective:secure-the-product
    key_results:
      - key: fewer
        metric: count()
        baseline: 40
        target: 20
        owner: Ada
      - key: quality
        metric: count()
        baseline: 10
        target: 5
        owner: Mia
        balances:
          - objective:repair-first

initiatives:
  - key: robot
    title: Patch by robot
    cycle: 2027-q1
    people:
      - Ada
      - A contractor
    effort_low: 3
    effort_high: 6
    contributes:
      - objective:repair-first
    effects:
      - key_result: fewer
        low: -8
        high: -3
        confidence: 0.7
    counterparts:
      - team: Search
        title: Review within a day
        outcome: Merged within a day
        owner: Omar
        due: 2027-02-28
"""
)


def plan(text: str) -> dict[str, bytes]:
    """A file with the head that every plan has."""
    return {"plan.yaml": (HEAD + dedent(text)).encode()}


def objective(text: str) -> dict[str, bytes]:
    """A file with one objective of a cycle, whose key results are given."""
    before = """
        cycles:
          - {key: 2027-q1, title: 2027-Q1, start: 2027-01-01, end: 2027-03-31}
        objectives:
          - key: repair-first
            title: Repair what matters first
            cycle: 2027-q1
            key_results:
    """
    return {"plan.yaml": (HEAD + dedent(before).rstrip() + "\n" + indent(dedent(text), " " * 6)).encode()}


# Characters that a terminal or a file would not print are another test's.
_TEXT = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp", "Cn", "Co"]), max_size=12)
_KEYS = st.from_regex(r"\A[a-z0-9]{1,5}(-[a-z0-9]{1,3})?\Z")
_DAYS = st.dates().filter(lambda day: 1970 <= day.year <= 2200).map(str)
_WRONG = st.one_of(
    st.booleans(),
    st.integers(-10, 400),
    st.floats(-1e3, 1e3, allow_nan=False).map(lambda number: round(number, 3) + 0.0005),
    _TEXT,
    st.sampled_from(["2027-02-30", "draft", "no", "1.10", "0123", "goal:x", "x" * 300, " "]),
    st.lists(_TEXT, max_size=2),
    st.dictionaries(_KEYS, _TEXT, max_size=1),
)


def values(holds) -> st.SearchStrategy:
    """Values that a field may hold; a tenth of the documents has one that it may not."""
    match holds:
        case Many():
            return st.lists(values(holds.of), max_size=3, unique=True)
        case Named():
            return st.dictionaries(_TEXT.filter(str.strip).map(str.strip), values(holds.of), max_size=2)
        case Things(is_one=True):
            return documents(holds.of)
        case Things():
            return st.lists(documents(holds.of), max_size=2)
        case Text(is_needed=True):
            return _TEXT.filter(str.strip)
        case Text():
            return _TEXT | st.integers(0, 99) | st.booleans()
        case Amount():
            return st.integers(-99, 99) | st.sampled_from(["-30%", "measured", "0.850", "12,5"])
        case Key():
            return _KEYS
        case Name():
            return st.from_regex(r"\A[a-z][a-z0-9]{0,4}(_[a-z0-9]{1,3})?\Z")
        case Reference():
            return st.builds("{}:{}".format, st.sampled_from(holds.kinds), _KEYS)
        case Number(is_whole=True):
            return st.integers(int(holds.least), min(int(holds.most), 10**6))
        case Number(most=most) if most <= 1:
            return st.sampled_from([most, most / 2])
        case Number():
            return st.integers(max(int(holds.least), -99) + 1, min(int(holds.most), 99))
        case Day() | Moment():
            return _DAYS
        case Flag():
            return st.booleans()
        case Choice():
            return st.sampled_from(holds.words)
    raise AssertionError(holds)


@st.composite
def documents(draw, thing: Thing = PLAN) -> dict:
    """A thing with some of its fields; now and then one is wrong, empty, missing or unknown."""
    found = {}
    for field in thing.fields:
        if field.is_required or draw(st.integers(0, 3)) == 0:
            found[field.name] = draw(_value(field))
    slip = draw(st.integers(0, 40))
    if slip == 0 and found:
        del found[draw(st.sampled_from(sorted(found)))]
    elif slip == 1:
        found[draw(_KEYS)] = draw(_TEXT)
    return found


@st.composite
def _value(draw, field: Field):
    slip = draw(st.integers(0, 60))
    if slip == 0:
        return draw(_WRONG)
    if slip == 1:
        return None
    return draw(values(field.holds))
