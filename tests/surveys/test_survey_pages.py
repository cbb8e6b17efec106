"""Surveys in pages: members ask, strangers answer by link, everybody signed in reads full batches."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime, timedelta

import pytest
from tests.surveys.asking import answer_all, asked, close, made, opened, token_of

from throughline.objectives.actions import add_key_result
from throughline.objectives.items import add_cycle
from throughline.surveys.models import Invitation, Response, Survey, Wave

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC)


def text(answer) -> str:
    return answer.content.decode()


def test_no_survey_yet_teaches_and_members_have_the_button(organisation, browser_of):
    seen = text(browser_of(organisation.vera).get("/surveys/"))
    assert "No survey yet" in seen
    assert "New survey" not in seen
    assert "New survey" in text(browser_of(organisation.mia).get("/surveys/"))


def test_a_member_makes_a_survey_and_wrong_fields_are_said_beside_them(organisation, browser_of):
    cycle = add_cycle("test", title="2027-Q1", start=NOW.date(), end=NOW.date() + timedelta(90), now=NOW)
    member = browser_of(organisation.mia)
    given = {"title": "Review", "kind": "nps", "question": "Recommend it?", "why": "Why?", "cycle": cycle.pk}
    refused = member.post("/surveys/new", {**given, "name": "arrivals"})
    assert refused.status_code == 422
    assert "is a metric of the catalogue" in text(refused)
    assert member.post("/surveys/new", {**given, "question": ""}).status_code == 422
    done = member.post("/surveys/new", given)
    found = Survey.objects.get()
    assert done.headers["Location"] == f"/surveys/{found.pk}/"
    assert (found.cycle, found.author) == (cycle, f"person:{organisation.mia.pk} Mia")


def test_links_are_shown_once_as_a_page_or_as_a_file(organisation, browser_of):
    survey = made()
    member = browser_of(organisation.mia)
    page = text(member.post(f"/surveys/{survey.pk}/open/", {"shared": "on", "personal": "6", "asked": "20"}))
    assert page.count("http://testserver/s/") == 8
    assert "/s/" not in text(member.get(f"/surveys/{survey.pk}/")).replace("/static/", "")
    close(Wave.objects.get())
    file = member.post(f"/surveys/{survey.pk}/open/", {"personal": "6", "as_file": "on"})
    rows = list(csv.reader(io.StringIO(b"".join(file.streaming_content).decode())))
    assert [row[0] for row in rows] == ["kind", *["personal"] * 6]
    assert Invitation.objects.count() == 12


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"shared": "on", "asked": "a dozen"}, "Expected a whole number such as 12"),
        ({"shared": "on", "asked": "3"}, "nothing is shown before 5 answers"),
        ({}, "choose a shared link, personal links, or both"),
        ({"personal": "99999"}, "expected 0 to 1,000 personal links"),
    ],
)
def test_a_wave_that_cannot_be_opened_is_refused_beside_its_field(given, said, organisation, browser_of):
    survey = made()
    refused = browser_of(organisation.mia).post(f"/surveys/{survey.pk}/open/", given)
    assert refused.status_code == 422
    assert said in text(refused)
    assert not Wave.objects.exists()


def test_a_stranger_answers_by_the_shared_link_once_a_browser(browser_of):
    found = opened(made())
    stranger = browser_of()
    asks = stranger.get(found.shared)
    assert asks.status_code == 200
    assert "How likely are you to recommend" in text(asks)
    assert "no name, no address and no time" in text(asks)
    assert "noindex" in asks["X-Robots-Tag"]
    done = stranger.post(found.shared, {"score": "9", "why": "It was quick"})
    assert done["Location"] == "/s/thanks/"
    assert "Your answer is in" in text(stranger.get("/s/thanks/"))
    again = stranger.post(found.shared, {"score": "0"})
    assert again.status_code == 409
    assert "answered already" in text(again)
    assert list(Response.objects.values_list("score", "why")) == [(9, "It was quick")]
    assert browser_of().get(found.shared).status_code == 200


def test_the_cookie_that_remembers_is_signed_and_says_no_answer(browser_of):
    found = opened(made())
    stranger = browser_of()
    stranger.post(found.shared, {"score": "9"})
    cookie = stranger.cookies[f"answered-{found.wave.pk}"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/s/")
    assert "9" not in cookie.value.split(":")[0]
    forged = browser_of()
    forged.cookies[f"answered-{found.wave.pk}"] = "yes:1:forged"
    assert forged.get(found.shared).status_code == 200


def test_a_personal_link_is_used_by_its_answer_and_not_by_looking(browser_of):
    link = opened(made(), shared=False, personal=5).personal[0]
    stranger = browser_of()
    assert stranger.get(link).status_code == 200
    assert stranger.head(link).status_code == 200
    assert stranger.post(link, {"score": "3"}).status_code == 302
    used = browser_of().get(link)
    assert used.status_code == 410
    assert "This link was used" in text(used)
    assert browser_of().post(link, {"score": "10"}).status_code == 410


def test_whoever_is_signed_in_answers_as_nobody(organisation, browser_of):
    found = opened(made())
    page = text(browser_of(organisation.mia).get(found.shared))
    assert "Mia" not in page
    assert 'aria-label="Main"' not in page


def test_no_number_is_said_beside_the_numbers(browser_of):
    found = opened(made())
    refused = browser_of().post(found.shared, {"why": "forgot"})
    assert refused.status_code == 422
    assert "Choose one of the numbers." in text(refused)
    assert "forgot" in text(refused)
    assert browser_of().post(found.shared, {"score": "11"}).status_code == 422
    assert not Response.objects.exists()


def test_a_closed_wave_thanks_for_coming(browser_of):
    found = opened(made())
    close(found.wave)
    closed = browser_of().get(found.shared)
    assert closed.status_code == 410
    assert "This survey is closed" in text(closed)


def test_a_link_that_is_none_says_so(browser_of):
    for path in ("/s/nothing/", f"/s/{'x' * 43}/"):
        found = browser_of().get(path)
        assert found.status_code == 404
        assert "no link of ours" in text(found)


def test_everybody_signed_in_reads_scores_shares_whys_and_changes(organisation, browser_of):
    survey = made()
    close(asked([10, 9, 8, 7, 3], survey=survey, asked=12))
    asked([10, 9, 9, 7, 3], survey=survey)
    seen = text(browser_of(organisation.vera).get(f"/surveys/{survey.pk}/"))
    assert "+20" in seen
    assert "No evidence of change since wave 1: +20 points" in seen
    assert "5 of 12 answered (42 %)" in seen
    assert "For the 12 who were asked, and nobody else" in seen
    assert "Promoters, 9 and 10: <b>2</b>" in seen
    listed = text(browser_of(organisation.vera).get("/surveys/"))
    assert "+40 (" in listed
    assert "from 5 answers" in listed


def test_the_document_and_the_table_hold_the_same_waves(organisation, browser_of):
    survey = made()
    close(asked([10, 9, 8, 7, 3], survey=survey, asked=12))
    asked([10, 9, 9, 7, 3, 0], survey=survey)
    browser = browser_of(organisation.vera)
    found = json.loads(text(browser.get(f"/surveys/{survey.pk}.json")))
    assert [(each["number"], each["n"], each["score"], each["answered"]) for each in found["waves"]] == [
        (1, 5, 20.0, 5),
        (2, 5, 40.0, None),
    ]
    # By hand: 12.5 ± 195.9964 · √(0.0683594 + 0.078125) of the answers with the three that are added.
    assert found["waves"][1]["change"] == {
        "since": 1,
        "difference": 20.0,
        "low": pytest.approx(-62.51, abs=0.01),
        "high": pytest.approx(87.51, abs=0.01),
        "is_shown": False,
    }
    table = b"".join(browser.get(f"/surveys/{survey.pk}.csv").streaming_content).decode()
    rows = list(csv.DictReader(io.StringIO(table)))
    assert [(row["wave"], row["n"], row["score"]) for row in rows] == [("1", "5", "20.0"), ("2", "5", "40.0")]
    listed = json.loads(text(browser.get("/surveys.json")))["surveys"][0]
    assert (listed["waves"], listed["score"], listed["open"]) == (2, 40.0, True)


def test_agreement_is_asked_from_one_to_five_and_shown_as_a_mean(organisation, browser_of):
    survey = made(kind="agreement")
    link = opened(survey).shared
    page = text(browser_of().get(link))
    assert page.count('type="radio"') == 5
    assert "strongly agree" in page
    answer_all(link, [1, 3, 4, 4, 5])
    seen = text(browser_of(organisation.vera).get(f"/surveys/{survey.pk}/"))
    assert "3.40" in seen
    assert "4: <b>2</b>" in seen


def test_a_member_closes_and_a_manager_archives(organisation, browser_of):
    survey = made()
    wave = opened(survey).wave
    assert browser_of(organisation.mia).post(f"/surveys/{survey.pk}/close/").status_code == 302
    wave.refresh_from_db()
    assert wave.closed_at is not None
    assert browser_of(organisation.mia).post(f"/surveys/{survey.pk}/close/").status_code == 409
    assert browser_of(organisation.mia).post(f"/surveys/{survey.pk}/archive/").status_code == 404
    assert browser_of(organisation.max).post(f"/surveys/{survey.pk}/archive/").status_code == 302
    assert "1 archived" in text(browser_of(organisation.vera).get("/surveys/"))


def test_a_wave_that_is_open_for_two_weeks_waits_on_the_home_page(organisation, browser_of):
    survey = made()
    opened(survey, now=NOW - timedelta(days=15))
    wish = {"metric": "count()", "baseline": "40", "target": "20", "owner": "Max"}
    add_key_result("test", now=NOW, start="2026-10-01", due="2026-12-31", **wish)
    assert "open for two weeks: close the wave" in text(browser_of(organisation.mia).get("/"))
    assert "open for two weeks" not in text(browser_of(organisation.vera).get("/"))


def test_the_page_of_its_series_leads_back_to_it_and_takes_no_value_by_hand(organisation, browser_of):
    survey = made()
    member = browser_of(organisation.mia)
    address = f"/series/{survey.series.name}/"
    assert f"/surveys/{survey.pk}/" in text(member.get(address))
    assert "Enter a value" not in text(member.get(address))
    refused = member.post(f"{address}enter/", {"at": f"{NOW:%Y-%m-%d}", "value": "90"})
    assert refused.status_code == 422
    asked([10] * 5, survey=survey)
    seen = text(member.get(address))
    assert "Answered in a survey" in seen
    assert "Enter a value" not in seen


def test_a_lost_shared_link_is_replaced(organisation, browser_of):
    found = opened(made())
    page = text(browser_of(organisation.mia).post(f"/surveys/{found.wave.survey_id}/link/"))
    assert "http://testserver/s/" in page
    assert token_of(found.shared) not in page
    assert browser_of().get(found.shared).status_code == 404


def test_the_page_of_a_cycle_lists_what_was_asked_for_it(organisation, browser_of):
    cycle = add_cycle("test", title="2027-Q1", start=NOW.date(), end=NOW.date() + timedelta(90), now=NOW)
    path, viewer = f"/cycles/{cycle.key}/", browser_of(organisation.vera)
    assert "surveys-title" not in text(viewer.get(path))
    survey = made(title="The review", cycle=cycle)
    made(title="Another question")
    page = text(viewer.get(path))
    assert f'<a href="/surveys/{survey.pk}/">The review</a>' in page
    assert "Not asked yet." in page
    assert "Another question" not in page
    link = opened(survey).shared
    answer_all(link, [10, 10, 9, 9])
    assert "+100" not in text(viewer.get(path))
    answer_all(link, [10])
    assert "+100" in text(viewer.get(path))
