"""Whatever the language allows, the engine can run; and what it runs obeys the logic of the reference."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.measures.records import attribute, day, record

from throughline.accounts.access import EVERYTHING
from throughline.engine.definitions import Definition
from throughline.engine.language.fields import CORE, SEVERITIES, Kind
from throughline.engine.refusals import Refused
from throughline.measures.queries import evaluate

NOW = day("2024-07-01")

pytestmark = pytest.mark.django_db
tried = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=60,
    deadline=None,
)

EXTRA = {"due": Kind.DATE, "score": Kind.NUMBER, "reachable": Kind.BOOLEAN, "region": Kind.TEXT}
FIELDS = {name: field.kind for name, field in CORE.items()} | EXTRA


def of(kind: Kind) -> st.SearchStrategy[str]:
    return st.sampled_from(sorted(name for name, found in FIELDS.items() if found is kind))


def texts_of(name: str) -> st.SearchStrategy[str]:
    field = CORE.get(name)
    if field is not None and field.choices:
        return st.sampled_from(field.choices).map(lambda text: f"'{text}'")
    words = st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), max_size=6).filter(str.isprintable)
    return words.map(lambda text: "'" + text.replace("'", "''") + "'")


signs = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])
dates = st.dates(day("2020-01-01").date(), day("2025-01-01").date()).map(lambda date: f"'{date}'")
levels = st.sampled_from(SEVERITIES).map("'{}'".format)
numbers = st.integers(-9, 99).map(str)
lengths = st.integers(0, 60).map(lambda number: f"{number} days")
durations = st.tuples(of(Kind.DATE), of(Kind.DATE)).map(lambda pair: f"({pair[0]} - {pair[1]})") | lengths
equalities = of(Kind.TEXT).flatmap(
    lambda name: st.tuples(st.sampled_from(["=", "!="]), texts_of(name)).map(
        lambda pair: f"{name} {pair[0]} {pair[1]}"
    )
)
simple = (
    equalities
    | st.tuples(of(Kind.DATE), signs, dates | of(Kind.DATE)).map(" ".join)
    | st.tuples(of(Kind.NUMBER), signs, numbers | of(Kind.NUMBER)).map(" ".join)
    | st.tuples(st.just("severity"), signs, levels).map(" ".join)
    | st.tuples(durations, signs, lengths).map(" ".join)
    | st.tuples(of(Kind.DATE), st.just("+"), lengths, signs, of(Kind.DATE)).map(" ".join)
    | st.tuples(of(Kind.COLLECTION), st.just("= 'x'")).map(" ".join)
    | st.sampled_from(sorted(FIELDS)).map(lambda name: f"{name} is null")
    | st.tuples(of(Kind.NUMBER), numbers, numbers).map("{0[0]} / 2 not between {0[1]} and {0[2]}".format)
    | st.tuples(of(Kind.DATE), dates, dates).map("{0[0]} in ({0[1]}, {0[2]})".format)
    | st.sampled_from(["reachable", "reachable = 0", "reachable = true", "not reachable", "score = true"])
)  # fmt: skip
conditions = st.recursive(
    simple,
    lambda inner: (
        st.lists(inner, min_size=2, max_size=3).map(" and ".join).map("({})".format)
        | st.lists(inner, min_size=2, max_size=3).map(" or ".join).map("({})".format)
        | inner.map("not ({})".format)
    ),
    max_leaves=5,
)


@pytest.fixture
def _records():
    for name, kind in EXTRA.items():
        attribute(name, kind.name.lower())
    record(
        "a", severity="high", identified_at="2024-01-01", mitigated_at="2024-02-01", service="web", tags=["x"]
    )
    known = {"due": "2024-03-01T00:00:00Z", "score": 1, "reachable": True, "region": "eu"}
    told = {"cvss_score": 7.5, "environment": "prod", "attributes": known}
    record("b", severity="low", identified_at="2023-01-01", team="api", **told)
    record(
        "c",
        introduced_at="2021-01-01",
        accepted_at="2024-01-01",
        state="accepted",
        attributes={"score": 12.5},
    )
    record("d", state="false positive", attributes={"reachable": False})


def count(where: str) -> float:
    everything = f"({where}) and (state is null or state is not null)"
    value = evaluate(Definition(measure="count()", where=everything), scope=EVERYTHING, now=NOW).value
    assert value is not None
    return value


@pytest.mark.usefixtures("_records")
@tried
@given(where=conditions)
def test_a_condition_its_negation_and_the_unknown_make_up_everything(where):
    share = evaluate(
        Definition(measure=f"share({where})", where="state is not null"), scope=EVERYTHING, now=NOW
    ).rows[0]
    assert share.n + share.n_missing == 4
    assert count(where) + count(f"not ({where})") == share.n
    assert count(f"({where}) or not ({where})") == share.n
    assert (share.value or 0) * share.n == pytest.approx(count(where))


@pytest.mark.usefixtures("_records")
@tried
@given(where=st.text(max_size=40))
def test_any_text_is_answered_or_refused(where):
    try:
        evaluate(Definition(measure="count()", where=where), scope=EVERYTHING, now=NOW)
    except Refused as refused:
        assert refused.message  # noqa: PT017 - either outcome is right


@pytest.mark.usefixtures("_records")
@pytest.mark.parametrize("dimension", sorted(name for name in FIELDS if FIELDS[name] is not Kind.COLLECTION))
def test_every_field_is_a_dimension_and_its_groups_make_up_everything(dimension):
    by = f"{dimension}.month" if FIELDS[dimension] is Kind.DATE else dimension
    measure = Definition(measure="count()", where="state is not null")
    rows = evaluate(measure, scope=EVERYTHING, now=NOW, by=(by,)).rows
    undated = count(f"{dimension} is null") if FIELDS[dimension] is Kind.DATE else 0
    assert sum(row.value for row in rows) + undated == 4


@pytest.mark.usefixtures("_records")
@pytest.mark.parametrize(
    "measure",
    [
        "sum(tier)",
        "mean(cvss - 1)",
        "p90((mitigated - identified) / 1 week)",
        "rmst(introduced -> identified, 2 years)",
        "km_median(identified -> due)",
        "count(tier = 1 or environment = 'prod')",
        "sla()",
    ],
)
@pytest.mark.parametrize("by", [(), ("tier", "environment"), ("quarter", "reachable", "score")])
def test_every_measure_runs_with_every_kind_of_dimension(measure, by):
    assert evaluate(Definition(measure=measure), scope=EVERYTHING, now=NOW, by=by).unit
