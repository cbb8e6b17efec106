"""The pages of what work needs: the form with its refusals, the cards, and the list of a cycle."""

from __future__ import annotations

import csv
import io

import pytest
from tests.assignments.making import cycle, described, initiative, sketch

pytestmark = pytest.mark.django_db


def _form(**more):
    return {
        "part_tooling": "60 %",
        "part_teaching": "0,4",
        "grow_teaching": "on",
        "floor_tooling": "0.5",
        "value": "0.8",
        "value_why": "The objective fails without it",
        "weeks": "4.5",
        "least": "1",
        "most": "2",
    } | more


def test_a_manager_describes_an_initiative_and_reads_it_on_its_page(organisation, browser_of):
    from throughline.assignments.staffing import said_of, work_of

    item = initiative(cycle(), "Paved road")
    browser = browser_of(organisation.max)
    answer = browser.post("/initiatives/paved-road/staffing/", _form(must=str(organisation.mia.pk)))
    assert answer.status_code == 302, answer.context["form"].errors
    found = said_of(work_of(item))
    assert (found.kinds, found.grows) == ({"teaching": 0.4, "tooling": 0.6}, ["teaching"])
    assert (found.value, found.weeks, found.least, found.most) == (0.8, 4.5, 1, 2)
    assert (found.skills, found.ties["must"]) == ({"tooling": 0.5}, [organisation.mia])
    page = browser.get("/initiatives/paved-road/who/").content.decode()
    assert "an objective of the quarter fails without it" in page
    assert "Tooling: on my own" in page
    assert "Mia" in page


def test_work_without_a_description_says_that_the_match_cannot_see_it(organisation, browser_of):
    item = sketch(cycle())
    initiative(cycle("2028-Q1", 2028), "Paved road")
    for address in ("/initiatives/paved-road/", f"/key-results/{item.pk}/"):
        browser = browser_of(organisation.vera)
        assert f'hx-get="{address}who/"' in browser.get(address, follow=True).content.decode()
        page = browser.get(f"{address}who/").content.decode()
        assert "Not described yet: the match cannot see it." in page
        assert "/staffing/" not in page
    page = browser_of(organisation.max).get(f"/key-results/{item.pk}/who/").content.decode()
    assert f"/key-results/{item.pk}/staffing/" in page


def test_a_key_result_in_force_shows_what_owning_it_needs(organisation, browser_of, objects):
    from throughline.objectives.models import KeyResult

    described(KeyResult.objects.get(pk=objects["key_result"]), value_why="Nobody else watches it")
    browser, address = browser_of(organisation.vera), f"/key-results/{objects['key_result']}/"
    assert f'hx-get="{address}who/"' in browser.get(address).content.decode()
    page = browser.get(f"{address}who/").content.decode()
    assert "Nobody else watches it" in page


def test_the_form_proposes_and_keeps_nothing_unasked(organisation, browser_of):
    from throughline.assignments.models import Work

    initiative(cycle(), "Paved road", effort_low=4.0, effort_high=8.0)
    page = browser_of(organisation.max).get("/initiatives/paved-road/staffing/").content.decode()
    assert 'name="weeks" value="6"' in page
    assert "Nothing counts before you keep it" in page
    assert not Work.objects.exists()


def test_an_owner_describes_her_own_work_and_no_other(organisation, browser_of):
    of = cycle()
    initiative(of, "Hers", owner_name="Mia")
    initiative(of, "Others", owner_name="Max")
    browser = browser_of(organisation.mia)
    assert browser.post("/initiatives/hers/staffing/", _form()).status_code == 302
    assert browser.get("/initiatives/others/staffing/").status_code == 404
    assert browser.post("/initiatives/others/staffing/", _form()).status_code == 404


@pytest.mark.parametrize(
    ("given", "field", "said"),
    [
        ({"part_tooling": "70"}, "part_tooling", "write 70 % or 0.7"),
        ({"part_tooling": "much"}, "part_tooling", "such as 40 % or 0.4"),
        ({"part_tooling": "70 %"}, "kinds", "110% together"),
        ({"grow_detection": "on"}, "grows", "one cannot grow in detection"),
        ({"value": "own"}, "value_number", "say the number"),
        ({"value_number": "7"}, "value_number", "expected 0 to 1"),
        ({"weeks": "a while"}, "weeks", "such as 4 or 2.5"),
        ({"weeks": "0"}, "weeks", "expected"),
        ({"weeks": "61"}, "weeks", "up to 60"),
        ({"least": "1.5"}, "least", "whole number"),
        ({"least": "3"}, "most", "at least the fewest, 3"),
        ({"most": "1", "has_mentor": "on"}, "most", "raise it to 2"),
        ({"must": "999999"}, "must", "999999"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(organisation, browser_of, given, field, said):
    initiative(cycle(), "Paved road")
    answer = browser_of(organisation.max).post("/initiatives/paved-road/staffing/", _form(**given))
    assert answer.status_code == 422
    assert said in " ".join(answer.context["form"].errors[field])
    assert said in answer.content.decode()
    # What was typed is still there.
    assert "The objective fails without it" in answer.content.decode()


def test_nobody_must_and_never_do_it(organisation, browser_of):
    initiative(cycle(), "Paved road")
    mia = str(organisation.mia.pk)
    answer = browser_of(organisation.max).post(
        "/initiatives/paved-road/staffing/", _form(must=mia, never=mia)
    )
    assert answer.context["form"].errors["never"] == ["Mia must do it and never does it: choose one"]


def test_a_number_of_its_own_is_read_and_shown_again(organisation, browser_of):
    from throughline.assignments.staffing import work_of

    item = initiative(cycle(), "Paved road")
    browser = browser_of(organisation.max)
    browser.post("/initiatives/paved-road/staffing/", _form(value="own", value_number="0.7"))
    assert work_of(item).value == 0.7
    assert (
        'name="value_number" value="0.7"' in browser.get("/initiatives/paved-road/staffing/").content.decode()
    )


def test_the_list_shows_all_work_and_what_is_missing(organisation, browser_of):
    of = cycle()
    described(initiative(of, "Paved road"))
    described(initiative(of, "Robot"), weeks=None)
    initiative(of, "Silent")
    browser = browser_of(organisation.vera)

    def titles(query: str = "") -> list[str]:
        return [each.title for each in browser.get(f"/cycles/{of.key}/work/{query}").context["rows"]]

    assert titles() == ["Paved road", "Robot", "Silent"]
    assert titles("?missing=weeks") == ["Robot"]
    assert titles("?missing=description") == ["Silent"]
    assert titles("?missing=any") == ["Robot", "Silent"]
    assert "Nothing lacks that" in browser.get(f"/cycles/{of.key}/work/?missing=value").content.decode()


def test_a_filter_that_there_is_not_is_said_on_the_page_and_to_programs(organisation, browser_of):
    address, browser = f"/cycles/{cycle().key}/work", browser_of(organisation.vera)
    expected = "expected any, description, weeks, kinds, value, why; found"
    page = browser.get(f"{address}/?missing=week")
    assert (page.status_code, page.context["rows"]) == (400, [])
    assert f"{expected} &#x27;week&#x27; (did you mean weeks?)" in page.content.decode()
    answer = browser.get(f"{address}.json?missing=foo")
    assert (answer.status_code, answer.json()["code"]) == (400, "unknown")
    assert expected in answer.json()["detail"]


def test_the_list_as_json_and_as_a_table_follows_the_same_filter(organisation, browser_of):
    of = cycle()
    described(initiative(of, "Paved road"), ties={"must": [organisation.mia]})
    described(initiative(of, "Robot"), weeks=None)
    browser = browser_of(organisation.mia)
    found = browser.get(f"/cycles/{of.key}/work.json").json()["work"]
    assert [(each["work"], each["must"], each["missing"]) for each in found] == [
        ("initiative:paved-road", ["Mia"], []),
        ("initiative:robot", [], ["weeks"]),
    ]
    table = b"".join(browser.get(f"/cycles/{of.key}/work.csv?missing=weeks").streaming_content).decode()
    rows = list(csv.DictReader(io.StringIO(table)))
    assert [(each["title"], each["kinds"], each["missing"]) for each in rows] == [
        ("Robot", "tooling 1", "weeks")
    ]


def test_a_viewer_learns_of_nobody_who_must_or_never_does_it(organisation, browser_of):
    of = cycle()
    described(initiative(of, "Paved road"), ties={"never": [organisation.mia]})
    for address in (f"/cycles/{of.key}/work/", f"/cycles/{of.key}/work.json", "/initiatives/paved-road/who/"):
        assert "Mia" in browser_of(organisation.max).get(address).content.decode()
        assert "Mia" not in browser_of(organisation.vera).get(address).content.decode()


def test_an_empty_cycle_says_what_to_do_first(organisation, browser_of):
    browser = browser_of(organisation.max)
    assert "No cycle is planned or runs" in browser.get("/work/").content.decode()
    of = cycle()
    assert browser.get("/work/").headers["Location"] == f"/cycles/{of.key}/work/"
    assert f"No work in {of.title} yet" in browser.get(f"/cycles/{of.key}/work/").content.decode()


def test_key_results_that_nobody_described_as_work_are_offered(organisation, browser_of):
    of = cycle()
    item = sketch(of)
    answer = browser_of(organisation.max).get(f"/cycles/{of.key}/work/")
    assert [each.pk for each, _ in answer.context["unowned"]] == [item.pk]
    described(item)
    answer = browser_of(organisation.max).get(f"/cycles/{of.key}/work/")
    assert answer.context["unowned"] == []
    assert answer.context["rows"][0].title.startswith("Own: ")


def test_the_list_asks_the_same_number_of_questions_however_long_it_is(
    organisation, browser_of, django_assert_max_num_queries
):
    of = cycle()
    for number in range(12):
        described(initiative(of, f"Road {number}"), ties={"never": [organisation.mia]})
    with django_assert_max_num_queries(25):
        browser_of(organisation.max).get(f"/cycles/{of.key}/work/")
