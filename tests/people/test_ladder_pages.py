"""The ladder's page, goals that name a rung, and what is asked about again."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.people.test_ladder import TWO

from throughline.people import actions, rungs
from throughline.people.ladder import OURS, ladder_text
from throughline.people.models import GrowthGoal, Rung

pytestmark = pytest.mark.django_db
LONG_AGO = datetime.now(UTC) - timedelta(days=400)


@pytest.fixture
def mia(organisation, browser_of):
    return browser_of(organisation.mia)


@pytest.fixture
def max_(organisation, browser_of):
    return browser_of(organisation.max)


def text_of(answer) -> str:
    """The page as it reads, tags left out."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def upload(browser, content: bytes, name: str = "ladder.yaml"):
    return browser.post("/ladder/", {"file": SimpleUploadedFile(name, content)})


def test_the_ladder_shows_tracks_beside_each_other_and_what_one_does_on_each_level(mia):
    page = text_of(mia.get("/ladder/"))
    assert "Building Finding and fixing Detecting and responding" in page
    for rung in Rung.objects.all():
        assert rung.title in page
    assert "Bring a ladder in" not in page


def test_a_viewer_is_given_no_work_and_sees_no_ladder(organisation, browser_of):
    assert browser_of(organisation.vera).get("/ladder/").status_code == 404


def test_a_manager_brings_a_ladder_in(max_):
    assert upload(max_, TWO).status_code == 302
    page = text_of(max_.get("/ladder/"))
    assert "Fernwood: 2 new, 0 changed, 0 as they were, 0 retired." in page
    assert "Shows the next step" in page


def test_what_is_wrong_with_a_file_stands_beside_the_field_with_its_place(max_):
    answer = upload(max_, TWO.replace(b"level: 2", b"level: two"))
    assert answer.status_code == 422
    assert "ladder.yaml:10:12: level: expected a whole number from 1 to 12" in text_of(answer)
    assert not Rung.objects.filter(source="Fernwood").exists()


@pytest.mark.parametrize(
    ("content", "expected"),
    [(b"", "This file is empty."), (b"#" * 500_001, "Expected at most 500,000 bytes, found 500001.")],
)
def test_a_file_of_no_use_is_refused(max_, content, expected):
    answer = upload(max_, content)
    assert answer.status_code == 422
    assert expected.replace("500001", "500,001") in text_of(answer)


def test_no_file_at_all_is_refused(max_):
    answer = max_.post("/ladder/")
    assert answer.status_code == 422
    assert "Choose a file first." in text_of(answer)


def test_the_exports_hold_every_rung(mia):
    assert len(mia.get("/ladder.json").json()["rungs"]) == 24
    table = b"".join(mia.get("/ladder.csv").streaming_content).decode()
    rows = list(csv.DictReader(io.StringIO(table)))
    assert rows[0]["key"] == "building-1"
    assert rows[0]["kinds"] == "production-code, tooling"


def test_the_file_of_a_ladder_comes_in_again(mia, max_):
    answer = mia.get("/ladder.yaml", {"ladder": OURS})
    assert answer.content.decode() == ladder_text(rungs.ladder_named(OURS))
    assert answer["Content-Disposition"] == 'attachment; filename="ladder.yaml"'
    upload(max_, answer.content)
    assert "24 as they were" in text_of(max_.get("/ladder/"))
    assert mia.get("/ladder.yaml", {"ladder": "none"}).status_code == 404


def test_a_ladder_is_retired_and_ours_brought_back(max_):
    max_.post("/ladder/retire", {"ladder": OURS})
    assert "No ladder is in use" in text_of(max_.get("/ladder/"))
    max_.post("/ladder/restore")
    assert "Ships what was described" in text_of(max_.get("/ladder/"))


def test_a_rung_begins_a_goal_with_its_words_and_its_kinds(mia):
    page = mia.get("/me/work/", {"rung": "teaching-2"}).content.decode()
    assert 'value="Teaches a group"' in page
    assert re.search(r'<option value="teaching-2" selected', page)
    ticked = re.findall(r'<input type="checkbox" name="kinds" value="([\w-]+)"[^>]*checked', page)
    assert set(ticked) == {"teaching", "documentation"}
    assert mia.get("/me/work/", {"rung": "of-nothing"}).status_code == 200


def test_a_goal_with_a_rung_shows_what_one_does_there(mia):
    said = {"text": "Run the course", "rung": "teaching-2", "kinds": ["teaching"]}
    assert mia.post("/me/work/goals", said).status_code == 302
    assert GrowthGoal.objects.get().rung.key == "teaching-2"
    page = text_of(mia.get("/me/work/"))
    assert "Leading and teaching, level 2: Teaches a group" in page
    assert Rung.objects.get(key="teaching-2").text in page


def test_a_rung_that_is_none_is_refused_beside_its_field(mia):
    answer = mia.post("/me/work/goals", {"text": "Run the course", "rung": "of-nothing"})
    assert answer.status_code == 422
    assert "Choose a rung from the list." in text_of(answer)


def test_a_goal_that_was_not_confirmed_for_half_a_year_is_asked_about_until_she_says_so(mia, organisation):
    goal = actions.set_goal(organisation.mia, text="Teach well", kinds=["teaching"], now=LONG_AGO)
    assert "is it still so?" in text_of(mia.get("/me/work/"))
    assert mia.get("/me/work.json").json()["goals"][0]["stale_on"]
    mia.post(f"/me/work/goals/{goal.pk}/confirm")
    assert "is it still so?" not in text_of(mia.get("/me/work/"))


def test_the_team_page_says_what_to_ask_each_person(max_, organisation):
    actions.state_interests(organisation.mia, {"detection": 1.0}, now=LONG_AGO)
    actions.set_goal(organisation.mia, text="Zitherspieler", kinds=["teaching"], now=LONG_AGO)
    page = text_of(max_.get("/team/work/"))
    assert "Nothing is said of 11 kinds of work." in page
    assert f"Detection was last spoken of on {LONG_AGO.date()}: ask again." in page
    assert f"A growth goal was last confirmed on {LONG_AGO.date()}: is it still so?" in page
    assert "Has not answered the five questions" in page
    assert "Zitherspieler" not in page
    rows = {each["person"]: each for each in max_.get("/team/work.json").json()["people"]}
    assert [rows["Mia"][name] for name in ("kinds_unstated", "kinds_stale", "goal")] == [11, 1, "stale"]
    assert rows["Max"]["goal"] is None
