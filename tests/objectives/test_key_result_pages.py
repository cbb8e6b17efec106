"""The pages of key results, as people of each role use them."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import UTC, datetime, timedelta
from html import unescape
from urllib.parse import parse_qs

import pytest
from django.urls import reverse
from tests.objectives.register import falsify, import_of, record, terms

from throughline.objectives import actions
from throughline.objectives.models import KeyResult

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_november")]


def now() -> datetime:
    return datetime.now(UTC)


def some_arrivals(count: int = 3) -> None:
    for _ in range(count):
        record(f"{now() - timedelta(days=2):%Y-%m-%d}", known_at=now())


def added(**fields) -> KeyResult:
    running = {
        "start": f"{now() - timedelta(days=30):%Y-%m-%d}",
        "due": f"{now() + timedelta(days=30):%Y-%m-%d}",
        "window": "60 days",
    }
    return actions.add_key_result("test", now=now(), **terms(**running | fields))


def page(client, name: str, *arguments, **query) -> str:
    answer = client.get(reverse(name, args=arguments), query)
    assert answer.status_code == 200
    return answer.content.decode()


def posted(**fields) -> dict[str, str]:
    return {**terms(window="period"), "where": "", "at": "", "title": "", "objective": "", **fields}


def test_the_empty_list_teaches_and_offers_a_manager_one_action(organisation, browser_of):
    assert "New key result" in page(browser_of(organisation.max), "key-results")
    seen = page(browser_of(organisation.vera), "key-results")
    assert "No key result yet" in seen
    assert "New key result" not in seen


def test_the_list_shows_sentence_owner_figures_status_and_reason(organisation, browser_of):
    some_arrivals(30)
    made = added(owner="Ada")
    seen = page(browser_of(organisation.vera), "key-results")
    for said in ("Arrivals, from 40 to 20", "Ada", "50 % of the way", f"/key-results/{made.pk}/"):
        assert said in seen


def test_every_viewer_sees_the_same_figure_whatever_her_team(organisation, browser_of):
    some_arrivals(7)
    made = added()
    for person in (organisation.vera, organisation.omar, organisation.ada):
        assert browser_of(person).get(reverse("key-result-json", args=[made.pk])).json()["value"] == 7


def test_filters_stand_in_the_address_and_can_be_dropped(organisation, browser_of):
    some_arrivals(30)
    added(owner="Ada", title="Hers")
    added(owner="Mia", title="Another's")
    seen = page(browser_of(organisation.vera), "key-results", owner="Ada")
    assert "Hers" in seen
    assert "Another" not in seen
    assert "Drop the filter" in seen
    assert "No key result fits" in page(browser_of(organisation.vera), "key-results", status="closed")


def test_the_list_is_a_table_and_a_document_too(organisation, browser_of):
    some_arrivals(30)
    added(title="=cmd()", baseline="40.5")
    client = browser_of(organisation.vera)
    rows = list(csv.DictReader(io.StringIO(client.get("/key-results.csv").getvalue().decode())))
    assert rows[0]["title"] == "'=cmd()"
    assert (rows[0]["value"], rows[0]["baseline"]) == ("30.0", "40.5")
    found = client.get("/key-results.json", {"status": "stale"}).json()["key_results"]
    assert found == []
    assert len(client.get("/key-results.json").json()["key_results"]) == 1


def test_the_page_of_one_says_what_decides_it(organisation, browser_of):
    some_arrivals(30)
    made = added(where="severity >= 'high'", objective="Secure the product")
    seen = page(browser_of(organisation.vera), "key-result", made.pk)
    for said in ("Secure the product", "given by a person", "count()", "as a table", "Version 1"):
        assert said in seen
    assert "Change this key result" not in seen


def test_no_page_shows_a_mark_that_nobody_can_clear(organisation, browser_of):
    some_arrivals(30)
    made = added()
    assert "unreviewed" not in page(browser_of(organisation.max), "key-result", made.pk)


def test_the_value_leads_to_the_records_behind_it(organisation, browser_of):
    some_arrivals(3)
    seen = page(browser_of(organisation.vera), "key-result", added().pk)
    assert "/vulnerabilities/?where=state+in" in seen
    assert "at=identified" in seen


def test_a_count_over_its_period_says_where_it_will_end_at_this_rate(organisation, browser_of):
    before = now()
    some_arrivals(30)
    made = added(window="period")
    seen = page(browser_of(organisation.vera), "key-result", made.pk)
    document = browser_of(organisation.vera).get(f"/key-results/{made.pk}.json").json()
    version = actions.current_version(made)
    # Of 61 whole days, 30 and the hours of today have gone: from 61.0 at midnight down to 59.03.
    least, most = (30 * (version.due - version.start) / (at - version.start) for at in (now(), before))
    assert least <= document["projected"] <= most
    said = re.search(r"30 so far makes ([0-9.]+) by the end", seen)
    assert said is not None
    assert float(said[1]) == pytest.approx(document["projected"], abs=0.06)
    assert "% of the way at today&#x27;s rate" in seen
    assert document["progress"]["raw"] == 0.5


def test_the_records_behind_a_grade_are_those_known_when_it_was_given(organisation, browser_of):
    some_arrivals(3)
    due = now() - timedelta(days=1)
    made = added(due=f"{due:%Y-%m-%d}")
    seen = page(browser_of(organisation.vera), "key-result", made.pk)
    graded_at = KeyResult.objects.get(pk=made.pk).closed_at
    address = unescape(seen.partition('href="/vulnerabilities/?')[2].partition('"')[0])
    asked = parse_qs(address)
    assert asked["to"] == [f"{due + timedelta(days=1):%Y-%m-%d}"]
    assert datetime.fromisoformat(asked["known"][0]) == graded_at


def test_the_records_behind_a_grade_leave_out_what_came_later_that_day(organisation, browser_of):
    some_arrivals(3)
    made = added(due=f"{now() - timedelta(days=1):%Y-%m-%d}")
    some_arrivals(4)
    client = browser_of(organisation.ada)
    seen = page(client, "key-result", made.pk)
    address = unescape(seen.partition('href="/vulnerabilities/?')[2].partition('"')[0])
    document = json.loads(client.get(f"/vulnerabilities.json?{address}").getvalue())
    assert len(document["rows"]) == 3


def test_a_revision_stands_beside_the_grade(organisation, browser_of):
    some_arrivals(29)
    wrong = record(f"{now() - timedelta(days=3):%Y-%m-%d}", known_at=now())
    made = added(due=f"{now() - timedelta(days=1):%Y-%m-%d}")
    falsify(wrong, known_at=now())
    actions.measure(KeyResult.objects.get(pk=made.pk), now())
    seen = page(browser_of(organisation.vera), "key-result", made.pk)
    assert "As known today" in seen
    assert "The grade keeps what was known" in seen


def test_a_form_starts_from_the_address_and_the_running_quarter(organisation, browser_of):
    some_arrivals()
    seen = page(browser_of(organisation.max), "key-result-new", metric="arrivals", where="cvss > 7")
    for said in ('value="arrivals"', 'value="cvss &gt; 7"', 'value="measured"', 'value="Max"'):
        assert said in seen


def test_the_preview_measures_as_she_writes_and_refuses_beside_the_field(organisation, browser_of):
    some_arrivals(30)
    client = browser_of(organisation.max)
    start = f"{now() - timedelta(days=30):%Y-%m-%d}"
    whole = page(client, "key-result-preview", **posted(start=start))
    assert "Arrivals, from 40 to 20 by 31 Dec 2026" in whole
    assert "Decidable" in whole
    assert '<div id="problem-target" hx-swap-oob="true"></div>' in whole
    several = page(client, "key-result-preview", **posted(start=start, owner="", target="40"))
    assert "one owner" in several
    assert "no way to go" in several
    assert "Decidable" not in several
    beside = several.partition('<div id="problem-target" hx-swap-oob="true">')[2]
    assert "no way to go" in beside.partition("</div>")[0]
    # What is still empty is named in the box, and does not scold beside its field.
    assert '<div id="problem-owner" hx-swap-oob="true"></div>' in several


def test_the_form_takes_the_cadence_that_the_command_takes(organisation, browser_of):
    some_arrivals(30)
    client = browser_of(organisation.max)
    assert "makes it stale" in page(client, "key-result-new")
    refused = page(client, "key-result-preview", **posted(cadence_days="400"))
    assert "between 1 and 366 days" in refused.partition('<div id="problem-cadence_days"')[2]
    client.post("/key-results/new", posted(start="2026-01-01", cadence_days="14"))
    made = KeyResult.objects.get()
    assert actions.current_version(made).cadence_days == 14
    assert 'name="cadence_days" value="14"' in page(client, "key-result", made.pk)


def test_publishing_measures_it_and_leads_to_its_page(organisation, browser_of):
    some_arrivals(30)
    answer = browser_of(organisation.max).post("/key-results/new", posted(start="2026-01-01"))
    made = KeyResult.objects.get()
    assert answer.headers["Location"] == f"/key-results/{made.pk}/"
    assert actions.current_version(made).author == f"person:{organisation.max.pk} Max"
    assert made.versions.get().measurements.count() == 1


@pytest.mark.parametrize(
    ("field", "given", "said"),
    [
        ("metric", "time_to_detct", "did you mean time_to_detect"),
        ("target", "40", "no way to go"),
        ("due", "2025-01-01", "is not after the start"),
        ("owner", "", "This field is required"),
    ],
)
def test_a_refusal_stands_beside_its_field_and_keeps_what_was_written(
    organisation, browser_of, field, given, said
):
    some_arrivals(1)
    answer = browser_of(organisation.max).post("/key-results/new", posted(where="cvss > 7", **{field: given}))
    seen = answer.content.decode()
    assert answer.status_code == 422
    assert said in seen
    assert 'value="cvss &gt; 7"' in seen
    assert not KeyResult.objects.exists()


def test_a_manager_changes_it_with_a_reason_and_the_difference_is_readable(organisation, browser_of):
    some_arrivals(30)
    made = added()
    version = actions.current_version(made)
    fields = posted(
        target="25",
        reason="target moved",
        text="Two people left.",
        version="1",
        start=f"{version.start:%Y-%m-%d}",
        due=f"{version.due - timedelta(days=1):%Y-%m-%d}",
        baseline="40.0",
    )
    client = browser_of(organisation.max)
    assert client.post(f"/key-results/{made.pk}/change/", fields).status_code == 302
    seen = page(client, "key-result", made.pk)
    assert "<del>20</del> → <ins>25</ins>" in seen
    assert "Two people left." in seen
    assert made.versions.get(number=2).due == version.due


def test_a_change_made_from_an_older_version_is_refused_and_undoes_nothing(organisation, browser_of):
    some_arrivals(30)
    made = added()
    shown = page(browser_of(organisation.max), "key-result", made.pk)
    assert '<input type="hidden" name="version" value="1"' in shown
    actions.change_key_result(
        made, "person:7 Ada", reason="target moved", text="Two left.", target="25", now=now()
    )
    first = made.versions.get(number=1)
    stale = posted(
        target="20",
        baseline="40.0",
        window="60 days",
        owner="Mia",
        version="1",
        reason="scope changed",
        text="Mia takes over.",
        start=f"{first.start:%Y-%m-%d}",
        due=f"{first.due - timedelta(days=1):%Y-%m-%d}",
    )
    answer = browser_of(organisation.max).post(f"/key-results/{made.pk}/change/", stale)
    assert answer.status_code == 422
    assert "version 2 of Ada is in force" in answer.content.decode()
    assert actions.current_version(made).target == 25


def test_the_reasons_of_a_change_are_written_as_everything_else(organisation, browser_of):
    some_arrivals(3)
    seen = page(browser_of(organisation.max), "key-result", added().pk)
    reasons = seen.split('name="reason"')[1].split("</select>")[0]
    assert re.findall(r'<option value="[a-z ]+">([^<]+)</option>', reasons) == [
        "Wrong measure",
        "Placeholder filled",
        "Scope changed",
        "Target moved",
    ]


def test_a_change_without_a_reason_is_refused_beside_the_reason(organisation, browser_of):
    some_arrivals(30)
    made = added()
    why = {"reason": "target moved", "text": "Two people left.", "version": "1"}
    for missing in ("reason", "text"):
        given = posted(target="25", baseline="40", **{**why, missing: ""})
        answer = browser_of(organisation.max).post(f"/key-results/{made.pk}/change/", given)
        assert answer.status_code == 422
        assert list(answer.context["form"].errors) == [missing]
    assert made.versions.count() == 1


def test_what_is_not_for_a_role_is_not_there(organisation, browser_of):
    some_arrivals(1)
    made = added()
    for person in (organisation.vera, organisation.omar, organisation.mia):
        client = browser_of(person)
        assert client.get("/key-results/new").status_code == 404
        assert client.get("/key-results/preview").status_code == 404
        assert client.post("/key-results/new", posted()).status_code == 404
        assert client.post(f"/key-results/{made.pk}/change/", posted()).status_code == 404
        assert client.post(f"/key-results/{made.pk}/close/").status_code == 404
    for absent in (999, 10**30):
        assert browser_of(organisation.max).get(f"/key-results/{absent}/").status_code == 404
    assert browser_of().get("/key-results/").status_code == 302


def test_a_manager_grades_what_no_newer_data_will_reach(organisation, browser_of):
    record("2026-01-05", known_at=datetime(2026, 1, 6, tzinfo=UTC))
    made = added(start="2026-01-01", due="2026-02-28")
    client = browser_of(organisation.max)
    assert "Grade it as it stands" in page(client, "key-result", made.pk)
    client.post(f"/key-results/{made.pk}/close/")
    assert KeyResult.objects.get().grade == 1.0


def test_a_page_shows_the_text_of_people_as_text(organisation, browser_of):
    some_arrivals(1)
    made = added(title="<script>alert(1)</script>", objective="<img src=x>")
    for seen in (
        page(browser_of(organisation.vera), "key-results"),
        page(browser_of(organisation.vera), "key-result", made.pk),
    ):
        assert "<script>alert(1)" not in seen
        assert "<img src=x>" not in seen


def test_measurements_are_a_table_of_their_own(organisation, browser_of):
    some_arrivals(2)
    made = added()
    import_of("tracker", now())
    actions.measure(made, now() + timedelta(days=1))
    text = browser_of(organisation.vera).get(f"/key-results/{made.pk}.csv").getvalue().decode()
    assert [row["value"] for row in csv.DictReader(io.StringIO(text))] == ["2.0", "2.0"]


def test_the_form_doubts_as_she_types_what_two_people_could_read_differently(organisation, browser_of):
    some_arrivals(3)
    seen = page(browser_of(organisation.max), "key-result-preview", **posted(title="Improve things, etc."))
    assert "D16" in seen
    assert "D16" not in page(browser_of(organisation.max), "key-result-preview", **posted(title="Fewer open"))
