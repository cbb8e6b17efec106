"""Every number opens its rows: the condition of its link finds as many as it says, and the right ones."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.measures.records import day, load_register, record

from throughline.accounts.access import EVERYTHING
from throughline.measures.asking import Question
from throughline.measures.links import address_of_rows
from throughline.measures.queries import evaluate, metric_of, schema
from throughline.measures.ranges import Range, known_at_of
from throughline.vulnerabilities.listing import explore
from throughline.vulnerabilities.models import Vulnerability
from throughline.vulnerabilities.selections import selection_of

NOW = day("2024-07-01")

pytestmark = pytest.mark.django_db


def figures_and_rows(
    measure: str, *, by=(), since: str = "", until: str = "", known: str = "", step: int = 1
) -> list[tuple[float | None, int]]:
    """What each figure says that it rests on, and how many rows its link finds; of nothing, each `step`th."""
    span = Range("custom", day(since) if since else None, day(until) if until else None)
    known_at = known_at_of(known, now=NOW)
    question = Question(metric=measure, by=by, range=span, known=known, known_at=known_at)
    metric = metric_of(measure, by=by)
    words = {"since": span.since, "until": span.until, "known_at": known_at}
    result = evaluate(measure, scope=EVERYTHING, now=NOW, by=by, **words)
    fields = schema()
    return [
        (
            (row.value or 0) if measure == "open_at_end()" else row.n,
            _rows(address_of_rows(metric, row.group, question=question, now=NOW), fields),
        )
        for place, row in enumerate(result.rows)
        if row.n or place % step == 0
    ]


def _rows(address: str, fields: Any) -> int:
    selection = selection_of(QueryDict(urlsplit(address).query), now=NOW)
    return explore(selection, schema=fields, scope=EVERYTHING, now=NOW).total()[0]


@pytest.mark.parametrize(
    ("measure", "by"),
    [
        ("count()", ("severity",)),
        ("count()", ("year", "component")),
        ("count(is_c_mistake = 1)", ("announced_at.quarter",)),
        ("mean(identified - introduced)", ("year",)),
        ("median(mitigated - identified)", ("month",)),
        ("share(severity >= 'high')", ("is_c_mistake",)),
        ("average_open()", ()),
        ("average_open()", ("year",)),
        ("open_at_end()", ("year",)),
        ("average_latent()", ("severity", "year")),
        ("sla(30 days)", ("severity",)),
    ],
)
def test_as_many_rows_stand_behind_each_number_as_it_says(shared_data, measure, by):
    dates = {
        "introduced_at": "introduced_at",
        "identified_at": "identified_at",
        "mitigated_at": "mitigated_at",
    }
    load_register(shared_data / "curl_vulnerabilities.csv", dates=dates)
    # Of a thousand years of a component nine in ten have no row, and prove all the same.
    found = figures_and_rows(measure, by=by, step=10)
    assert found
    assert [said for said, _ in found] == [listed for _, listed in found]


DATES = st.sampled_from([None, *(f"2024-0{month}-{day:02}" for month in (1, 2, 3) for day in (1, 2, 15, 29))])
MEASURES = ("average_open()", "average_latent()", "open_at_end()", "open_age()", "sla(20 days)",
            "share(severity >= 'high')", "rmst(identified -> mitigated, 30 days)",
            "mean(mitigated - identified)", "count(cvss > 5)", "mean((identified - introduced) / 1 year)",
            "count(mitigated - identified <= 20 days)",
            "share(mitigated - identified <= 20 days or severity = 'high')")  # fmt: skip


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=40,
    deadline=None,
)
@given(
    spells=st.lists(
        st.tuples(DATES, DATES, DATES, st.sampled_from([None, "low", "high"])), min_size=1, max_size=6
    ),
    measure=st.sampled_from(MEASURES),
    by=st.sampled_from([(), ("month",), ("severity",)]),
    span=st.sampled_from([("", ""), ("2024-01-15", ""), ("", "2024-03-01"), ("2024-02-01", "2024-03-01")]),
    known=st.sampled_from(["", "2024-02-15", "2024-02-29"]),
)
def test_whatever_the_dates_a_figure_and_its_rows_agree(spells, measure, by, span, known):
    from django.db import transaction

    with transaction.atomic():
        for introduced, identified, mitigated, severity in spells:
            record(
                str(Vulnerability.objects.count()),
                introduced_at=introduced,
                identified_at=identified,
                mitigated_at=mitigated,
                severity=severity,
            )
        found = figures_and_rows(measure, by=by, since=span[0], until=span[1], known=known)
        transaction.set_rollback(True)
    assert [said for said, _ in found] == [listed for _, listed in found]
