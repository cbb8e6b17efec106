"""When key results are measured anew, and what no measurement may bring down."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from time import sleep

import pytest
from django.db import connection
from tests.objectives.register import NOW, add, arrivals, import_of, record, stand

from throughline.audit.models import Entry
from throughline.objectives import actions, queries
from throughline.objectives.models import KeyResult, Measurement
from throughline.objectives.terms import Undecidable
from throughline.vulnerabilities.models import Service, SlaPolicy

pytestmark = pytest.mark.django_db
SOON = NOW + timedelta(minutes=15)


def awards(*sizes: float) -> None:
    for size in sizes:
        record("2026-10-05", award=size)


def test_a_changed_sla_policy_is_measured_although_no_event_came():
    record("2026-10-05", "2026-10-25")
    SlaPolicy.objects.update_or_create(severity=3, tier=None, defaults={"days": 30})
    made = add(metric="sla()", baseline="10%", target="90%")
    assert (stand(made).value, queries.behind(SOON)) == (1, False)
    SlaPolicy.objects.filter(severity=3).update(days=10)
    assert queries.behind(SOON)
    assert actions.measure(made, SOON).value == 0
    assert not queries.behind(SOON)


def test_a_changed_tier_of_a_service_is_measured_although_no_event_came():
    web = Service.objects.create(name="web", tier=2)
    record("2026-10-05", service=web)
    made = add(where="tier = 1")
    Service.objects.update(tier=1)
    assert queries.behind(SOON)
    assert (stand(made).value, actions.measure(made, SOON).value) == (0, 1)


def test_a_graded_one_says_what_a_changed_policy_makes_of_it():
    record("2026-10-05", "2026-10-25")
    SlaPolicy.objects.update_or_create(severity=3, tier=None, defaults={"days": 30})
    made = add(metric="sla()", baseline="10%", target="90%", due="2026-11-15")
    SlaPolicy.objects.filter(severity=3).update(days=10)
    actions.measure(KeyResult.objects.get(pk=made.pk), SOON)
    found = stand(made, SOON)
    assert (found.value, found.revised.value) == (1, 0)


def test_a_reimport_without_news_is_looked_at_once_and_leaves_no_measurement_and_no_audit_entry():
    arrivals(2)
    add()
    import_of("tracker", NOW)
    assert queries.behind(SOON)
    before = Entry.objects.count()
    assert actions.measure_all(SOON) == 1
    assert not queries.behind(SOON)
    assert (Measurement.objects.count(), Entry.objects.count()) == (1, before)


def test_what_cannot_be_computed_is_not_tried_again_before_the_data_moves():
    from throughline.objectives.models import Version

    arrivals(2)
    made = add()
    Version.objects.update(metric="gone")
    assert actions.measure(made, SOON).value is None
    assert not queries.behind(SOON + timedelta(hours=1))


@pytest.mark.parametrize("sizes", [(1e307, 1e307), (2e15,)])
def test_a_sum_too_large_to_count_with_is_a_missing_value_that_says_so(sizes):
    awards(*sizes)
    found = stand(add(metric="sum(award)", baseline="40", target="20"))
    assert (found.value, found.status.word) == (None, "pending")
    assert found.warnings[-1]["message"] == "A number among the records is too large to count with."


def test_a_sum_that_overflows_is_a_missing_value_and_the_key_result_is_whole():
    awards(1e308, 1e308)
    found = stand(add(metric="sum(award)", baseline="40", target="20"))
    assert (found.value, found.status.word, found.status.progress) == (None, "pending", None)
    assert found.status.reason.startswith("No value yet: ")


def test_a_baseline_too_large_to_count_with_is_refused_and_nothing_is_published():
    awards(1e307, 1e307)
    with pytest.raises(Undecidable, match="too large to count with") as refused:
        add(metric="sum(award)", baseline="measured", target="20", start="2026-10-07")
    assert refused.value.field == "baseline"
    assert not KeyResult.objects.exists()


def test_a_key_result_whose_first_measurement_cannot_be_kept_is_not_published(monkeypatch):
    arrivals(2)
    monkeypatch.setattr(actions, "keep", _failing)
    with pytest.raises(RuntimeError):
        add()
    assert not KeyResult.objects.exists()
    assert not Entry.objects.exists()


def test_one_that_cannot_be_measured_holds_up_no_other(monkeypatch):
    arrivals(2)
    broken, whole = add(title="broken"), add()
    record("2026-11-20")
    figure_of = actions.figure_of

    def picky(version, *, now):
        return _failing() if version.title == "broken" else figure_of(version, now=now)

    monkeypatch.setattr(actions, "figure_of", picky)
    assert actions.measure_all(SOON) == 1
    assert (stand(broken).value, stand(whole).value) == (2, 3)


@pytest.mark.django_db(transaction=True)
def test_two_processes_that_measure_at_once_keep_one_measurement(monkeypatch):
    arrivals(2)
    made = add()
    record("2026-11-20")
    both_have_their_figure, figure_of = Barrier(2, timeout=20), actions.figure_of
    create = Measurement.objects.create

    def slowly(**fields):
        sleep(0.3)
        return create(**fields)

    def together(version, *, now):
        found = figure_of(version, now=now)
        both_have_their_figure.wait()
        return found

    def measured(_):
        try:
            return actions.measure(KeyResult.objects.get(pk=made.pk), SOON).pk
        finally:
            connection.close()

    monkeypatch.setattr(actions, "figure_of", together)
    monkeypatch.setattr(Measurement.objects, "create", slowly)
    with ThreadPoolExecutor(2) as threads:
        kept = list(threads.map(measured, range(2)))
    assert kept[0] == kept[1]
    assert Measurement.objects.count() == 2


def _failing(*_, **__):
    raise RuntimeError("out of disk")


def test_a_good_mean_of_a_few_old_ones_is_at_risk_and_says_why():
    for number in range(8):
        record(f"2026-11-{12 + number}")
    record("2026-10-02", "2026-10-12")
    made = add(metric="rmst(identified -> mitigated, 30 days)", baseline="30", target="20")
    found = stand(made)
    assert found.value == 10
    assert found.status.word == "at_risk"
    assert "99 % likely to end at 20 days or below" in found.status.reason
    assert "fewer than five records are followed any longer" in found.status.reason


def test_a_good_mean_of_many_is_on_track():
    for number in range(8):
        record(f"2026-10-{12 + number}", f"2026-10-{14 + number}")
    made = add(metric="rmst(identified -> mitigated, 30 days)", baseline="30", target="20")
    assert stand(made).status.word == "on_track"
