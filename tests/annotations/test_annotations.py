"""Writing on charts: who may, where it stands, and that what was removed comes back."""

from __future__ import annotations

import csv
from datetime import date, timedelta

import pytest
from tests.organisation import NOW

from throughline.annotations.models import Annotation
from throughline.annotations.queries import on_key_result
from throughline.audit.models import Entry
from throughline.objectives.models import Effect, Initiative, KeyResult, Version
from throughline.series.actions import push

pytestmark = pytest.mark.django_db
TODAY = date.today()
METRIC = "/metrics/?metric=arrivals&by=quarter"


@pytest.fixture
def key_result(organisation) -> KeyResult:
    from throughline.objectives.actions import add_key_result

    push("test", "builds", "12", at="2026-10-01", now=NOW)
    wish = {"metric": "builds", "baseline": "12", "target": "6", "owner": "Max"}
    return add_key_result("test", now=NOW, start="2026-10-01", due="2026-12-31", **wish)


def write(browser, **given):
    said = {"text": "The scanner was replaced", "start": f"{TODAY}", "next": METRIC} | given
    return browser.post("/annotations/new", said)


def test_a_member_writes_on_a_metric_and_everybody_reads_it_there(organisation, browser_of):
    answer = write(browser_of(organisation.mia), subject="metric:arrivals")
    assert (answer.status_code, answer.url) == (302, METRIC)
    kept = Annotation.objects.get()
    assert (kept.subject, kept.by, kept.end) == ("metric:arrivals", organisation.mia, None)
    assert Entry.objects.filter(action="annotation written").count() == 1
    for name in ("json", "csv"):
        body = browser_of(organisation.vera).get(f"/annotations.{name}?subject=metric:arrivals")
        content = b"".join(body.streaming_content) if body.streaming else body.content
        assert b"The scanner was replaced" in content
    refused = browser_of(organisation.vera).get("/annotations.json?subject=nope")
    assert refused.status_code == 400
    assert "there is no chart of 'nope': expected metric:NAME" in refused.json()["detail"]
    assert (
        b"replaced"
        not in browser_of(organisation.vera).get("/annotations.json?subject=metric:closures").content
    )


def test_it_stands_with_its_number_on_the_chart_of_a_series_and_of_the_key_result_that_it_measures(
    key_result, organisation, browser_of
):
    start = NOW.date() - timedelta(days=40)
    given = {"start": f"{start}", "end": f"{start + timedelta(days=7)}"}
    write(browser_of(organisation.mia), subject="series:builds", **given)
    for address in ("/series/builds/", f"/key-results/{key_result.pk}/"):
        page = browser_of(organisation.vera).get(address)
        [line] = page.context["on_chart"].lines
        assert (line.number, line.happening.text) == (1, "The scanner was replaced")
        assert '<span class="number strong">1</span>' in page.content.decode()
        assert any(layer["mark"]["type"] == "text" for layer in page.context["chart"].spec["layer"])
        assert "Annotate" not in page.content.decode(), "Vera is a viewer"
    assert "Remove 1" in browser_of(organisation.max).get("/series/builds/").content.decode()


def test_the_work_for_a_key_result_and_its_changes_stand_there_by_themselves(key_result):
    start, due = date(2026, 10, 12), date(2026, 11, 6)
    for key, status, more in [
        ("cache", "doing", {"start": start, "due": due}),
        ("given-up", "dropped", {"start": start, "due": due}),
        ("some-day", "planned", {}),
    ]:
        work = Initiative.objects.create(key=key, title=key.title(), status=status, created_at=NOW, **more)
        effect = {"low": -2, "high": -1, "confidence": 0.8, "created_at": NOW}
        Effect.objects.create(initiative=work, key_result=key_result, **effect)
    first = Version.objects.get(key_result=key_result)
    first.pk, first.number, first.reason = None, 2, "target moved"
    first.save()
    versions = list(Version.objects.filter(key_result=key_result).order_by("number"))
    found = [(each.start, each.end, each.text) for each in on_key_result(versions)]
    assert found == [(start, due, "Cache"), (NOW.date(), None, "Version 2: target moved")]
    assert not Annotation.objects.exists()


def test_its_author_or_a_manager_removes_it_and_puts_it_back(organisation, browser_of):
    write(browser_of(organisation.max), subject="metric:arrivals")
    kept = Annotation.objects.get()
    assert browser_of(organisation.mia).post(f"/annotations/{kept.pk}/remove").status_code == 404
    browser = browser_of(organisation.max)
    page = browser.post(f"/annotations/{kept.pk}/remove", {"next": "/annotations/"}, follow=True)
    assert f'action="/annotations/{kept.pk}/restore"' in page.content.decode()
    assert browser.get("/annotations.json").json() == {"annotations": []}
    browser.post(f"/annotations/{kept.pk}/restore", {"next": "https://example.org/"})
    browser.post(f"/annotations/{kept.pk}/restore")
    assert len(browser.get("/annotations.json").json()["annotations"]) == 1
    said = list(Entry.objects.filter(object_type="annotation").values_list("action", flat=True))
    assert sorted(said) == ["annotation put back", "annotation removed", "annotation written"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"text": " "}, "This field is required."),
        ({"text": "x" * 301}, "at most 300 characters"),
        ({"start": "soon"}, "Enter a valid date."),
        ({"start": "0001-01-01"}, "expected a day from 1990 to 2100"),
        ({"end": "2020-01-01"}, "the last day is before the first"),
        ({"subject": "metric:no such metric ("}, "metric"),
        ({"subject": "series:none"}, "there is no chart of &#x27;series:none&#x27;"),
        ({"subject": "key_result:²"}, "there is no chart of"),
        ({"subject": "other"}, "there is no chart of"),
    ],
)
def test_what_cannot_stand_on_a_chart_is_said_beside_the_field(given, said, organisation, browser_of):
    answer = write(browser_of(organisation.mia), **{"subject": "metric:arrivals"} | given)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Annotation.objects.exists()


def test_on_every_chart_is_on_every_chart(key_result, organisation, browser_of):
    write(browser_of(organisation.mia), subject="nonsense", everywhere="on", start="2026-10-20")
    assert Annotation.objects.get().subject == ""
    page = browser_of(organisation.vera).get(f"/key-results/{key_result.pk}/")
    assert [line.happening.start for line in page.context["on_chart"].lines] == [date(2026, 10, 20)]
    listed = browser_of(organisation.vera).get("/annotations/").content.decode()
    assert "Every chart" in listed
    assert "Put it on the chart" not in listed


def test_one_long_word_wraps_in_both_lists(key_result, organisation, browser_of):
    start = f"{NOW.date() - timedelta(days=40)}"
    write(browser_of(organisation.mia), subject="series:builds", text="x" * 300, start=start)
    page = browser_of(organisation.vera).get("/annotations/").content.decode()
    assert f'<td data-label="What" class="anywhere">{"x" * 300}</td>' in page


def test_programs_read_it_beside_the_figures_of_a_metric_and_of_a_key_result(
    key_result, organisation, browser_of
):
    write(browser_of(organisation.mia), subject="series:builds", text="A new runner", start="2026-09-30")
    write(browser_of(organisation.mia), subject="metric:arrivals", start="2026-05-01", end="2026-08-02")
    browser = browser_of(organisation.vera)

    def lines(address: str) -> list[str]:
        return b"".join(browser.get(address).streaming_content).decode().splitlines()

    [said] = browser.get(f"/key-results/{key_result.pk}.json").json()["annotations"]
    assert (said["text"], said["start"], said["end"]) == ("A new runner", "2026-09-30", None)
    assert "Mia" in said["author"]
    first, *_ = csv.DictReader(lines(f"/key-results/{key_result.pk}.csv"))
    assert first["annotations"] == "A new runner"
    asked = "metric=arrivals&by=quarter&from=2026-01-01&to=2026-12-31"
    said = browser.get(f"/metrics.json?{asked}").json()["annotations"]
    assert [each["text"] for each in said] == ["The scanner was replaced"]
    beside = {line[:7]: line.endswith(",The scanner was replaced") for line in lines(f"/metrics.csv?{asked}")}
    assert [beside.get(f"2026-Q{number}") for number in (1, 2, 3, 4)] == [False, True, True, False]


def test_what_lies_outside_the_time_of_the_chart_is_said_to_and_not_listed_there(
    key_result, organisation, browser_of
):
    browser, address = browser_of(organisation.mia), f"/key-results/{key_result.pk}/"
    form = browser.get(address).context["on_chart"].form
    shows = {name: f"{form.initial[name]}" for name in ("first", "last")}
    given = {"subject": form.initial["subject"], "next": address, **shows}
    for start, listed, said in [
        ("2030-01-03", [], "to 31 Dec 2026 only: it stands on charts that show 3 Jan 2030"),
        ("2026-11-02", [date(2026, 11, 2)], "It stands on the chart."),
    ]:
        write(browser, start=start, **given)
        page = browser.get(address)
        assert said in page.content.decode()
        assert [line.happening.start for line in page.context["on_chart"].lines] == listed
    everywhere = browser.post("/annotations/new", {"text": "Moved", "start": "2030-01-03"}, follow=True)
    assert "It stands on every chart, where that shows 3 Jan 2030." in everywhere.content.decode()
