"""The scanners of the example organisation: what they write is read, and what becomes of it is shown."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from throughline.accounts.access import actor_name
from throughline.accounts.models import User
from throughline.sample import documents, scanning
from throughline.sample.load import _people
from throughline.sample.organisation import SERVICES
from throughline.sample.scans import IMAGE_SCANNERS, MOVES, Plan, plan, scan_days
from throughline.sample.software import SCANNED, Advisory
from throughline.sources.formats import registry
from throughline.sources.formats.content import Content
from throughline.sources.formats.findings import Found, Report
from throughline.sources.formats.registry import Format
from throughline.sources.formats.reports import opened
from throughline.sources.models import Finding, Import, Rekey
from throughline.sources.scans.proof import differences
from throughline.sources.scans.values import links_of
from throughline.vulnerabilities import bulk, catalogues
from throughline.vulnerabilities.models import Event, State, TriageRule, Vulnerability

NOW = datetime(2026, 11, 21, 15, 30, tzinfo=UTC)
SCANNERS = (*IMAGE_SCANNERS, "Bandit")


@pytest.fixture(scope="module")
def story() -> Plan:
    return plan(NOW, seed=2024)


def opened_report(document: bytes) -> tuple[Format, Content, Report]:
    """A document as the product takes it."""
    content = Content(io.BytesIO(document), name="report.json")
    format = registry.detected(content)
    assert format is not None
    return format, content, format.read(content)


def read(document: bytes) -> tuple[str, str, list[Found]]:
    """The format of a report, the tool that it names, and its findings."""
    format, content, report = opened_report(document)
    return format.name, report.tool, [found for _, found in opened(content, report, format=format.title)]


@pytest.mark.parametrize(
    ("writer", "scanner", "format"),
    [
        (documents.trivy, "Trivy", "trivy"),
        (documents.grype, "Grype", "grype"),
        (documents.sarif, "Bandit", "sarif"),
    ],
)
def test_a_report_is_taken_for_its_scanners_and_says_all_that_it_sees(
    story: Plan, writer: Callable[..., bytes], scanner: str, format: str
):
    for service in SCANNED:
        for day in (story.days[0], story.days[-1]):
            found_format, tool, found = read(writer(story, service, day))
            assert (found_format, tool) == (format, scanner)
            assert len(found) == len(story.seen(service, scanner, day)) > 2
            assert all(each.severity is not None and each.title for each in found)


def test_what_both_image_scanners_see_is_linked_by_advisory_component_and_service(story: Plan):
    service, day = SCANNED[0], story.days[-1]
    both = [flaw for flaw in story.seen(service, "Trivy", day) if flaw in story.seen(service, "Grype", day)]
    links = [
        {
            link
            for found in read(writer(story, service, day))[2]
            for link in links_of(found, service=service.name, scope="")[:1]
        }
        for writer in (documents.trivy, documents.grype)
    ]
    assert len(links[0] & links[1]) == len(both) > 2


def test_reports_of_later_weeks_name_another_image_but_the_same_scope(story: Plan):
    first, last = (documents.trivy(story, SCANNED[0], day) for day in (story.days[0], story.days[-1]))
    assert json.loads(first)["ArtifactName"] != json.loads(last)["ArtifactName"]
    third = documents.grype(story, SCANNED[0], story.days[3])
    scopes = {opened_report(document)[2].scope for document in (first, last, third)}
    assert scopes == {"images.fernwood.example/" + SCANNED[0].name}


def test_the_same_seed_and_day_give_the_same_story(story: Plan):
    assert plan(NOW, seed=2024) == story
    assert plan(NOW + timedelta(minutes=20), seed=2024) == story
    assert plan(NOW, seed=2025) != story


def test_no_report_tells_of_what_is_not_published_yet(story: Plan):
    for flaw in story.flaws:
        if isinstance(flaw.what, Advisory):
            assert flaw.what.published < flaw.since
        assert flaw.until is None or flaw.until > flaw.since


def test_every_scan_is_over_whatever_the_hour(story: Plan):
    for hour in range(24):
        now = NOW.replace(hour=hour)
        assert timedelta(hours=3) < now - scan_days(now)[-1] < timedelta(days=1, hours=6)
        assert len(scan_days(now)) == len(story.days)


def test_the_catalogues_are_read_and_know_only_what_is_published(story: Plan):
    then = story.days[4]
    stream = io.BytesIO(documents.exploited(story, NOW))
    known = list(catalogues.read(stream, name="kev.json").entries)
    assert 1 <= len(known) <= 5
    scored = list(catalogues.read(io.BytesIO(documents.scores(story, then)), name="epss.csv").entries)
    assert {entry.cve for entry in scored} == {
        each.cve for each in story.advisories if each.published <= then
    }


def test_a_move_is_of_a_scanned_service():
    names = {service.name for service in SERVICES}
    assert {move.service for move in MOVES} <= {service.name for service in SCANNED} <= names


@pytest.mark.django_db
def test_four_months_of_scans_leave_something_of_every_kind_to_see():
    _people(NOW)
    scanning.live_through(NOW, seed=2024, actor="sample")
    scanned = Vulnerability.objects.filter(source__in=SCANNERS)
    waiting = scanned.filter(state=State.POTENTIAL, mitigated_at=None)

    assert 120 < scanned.count() < 400
    assert Finding.objects.count() < 600
    assert waiting.count() > 30
    assert scanned.filter(mitigated_basis="presumed").count() > 30
    assert _linked() > 40
    assert {each.decided for each in Rekey.objects.all()} == {"", "merged"}
    assert scanned.filter(state=State.ACCEPTED, mitigated_at=None, accepted_until__gt=NOW).exists()
    assert scanned.filter(kev=True, mitigated_at=None).exists()
    assert scanned.filter(epss__isnull=False).count() > 60
    assert not scanned.filter(service=None).exists()
    by_rule = Event.objects.filter(action="triaged by rule")
    assert set(by_rule.values_list("actor", flat=True)) == {
        "rule:1 Asserts in tests (version 1)",
        "rule:2 Vendored code (version 1)",
    }
    # On the days on which the rules were made, and on those of later reports.
    assert by_rule.values("known_at").distinct().count() > 2
    engineer = actor_name(User.objects.get(email="tomas@fernwood.example"))
    assert Event.objects.filter(actor=engineer, action="triaged").count() > 20


@pytest.mark.django_db
def test_what_the_scans_left_agrees_with_its_history_and_is_known_from_its_days():
    _people(NOW)
    scanning.live_through(NOW, seed=2024, actor="sample")
    assert list(differences()) == []
    assert list(bulk.unlike_their_history()) == []
    known = Import.objects.order_by("known_at").values_list("known_at", flat=True)
    assert known[0].date() == scan_days(NOW)[0].date()
    assert NOW - known[len(known) - 1] < timedelta(days=1, hours=12)
    assert not Event.objects.filter(known_at__gt=NOW).exists()


@pytest.mark.django_db
def test_scans_that_were_cut_off_go_on_and_are_lived_through_once(monkeypatch: pytest.MonkeyPatch):
    _people(NOW)
    before, left = scanning.import_file, iter(range(70))

    def cut_off(*args: Any, **kwargs: Any) -> Any:
        if next(left, None) is None:
            raise KeyboardInterrupt
        return before(*args, **kwargs)

    monkeypatch.setattr(scanning, "import_file", cut_off)
    with pytest.raises(KeyboardInterrupt):
        scanning.live_through(NOW, seed=2024, actor="sample")
    monkeypatch.setattr(scanning, "import_file", before)
    scanning.live_through(NOW, seed=2024, actor="sample")

    assert Import.objects.count() == Import.objects.values("file_name").distinct().count() == 17 * 12
    assert list(bulk.unlike_their_history()) == []
    assert TriageRule.objects.count() == len(scanning.RULES)
    decided, done = Rekey.objects.filter(decided="merged").count(), Event.objects.count()
    scanning.live_through(NOW, seed=2024, actor="sample")
    assert (Rekey.objects.filter(decided="merged").count(), Event.objects.count()) == (decided, done)


def _linked() -> int:
    """How many vulnerabilities both image scanners see."""
    seen = {
        name: set(Finding.objects.filter(feed__name=name).values_list("vulnerability", flat=True))
        for name in IMAGE_SCANNERS
    }
    return len(seen["Trivy"] & seen["Grype"])
