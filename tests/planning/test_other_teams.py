"""What other teams want: written down, imported whole or not at all, bridged to objectives of ours."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.organisation import NOW
from tests.planning.quarter import ACTOR, Key, next_cycle, told

from throughline.engine.refusals import Refused
from throughline.objectives.items import add_cycle, add_item
from throughline.planning import others
from throughline.planning.meeting import bridged_to, others_in
from throughline.planning.models import OtherObjective

pytestmark = pytest.mark.django_db
TABLE = b"team,title,text,source\nSearch,Answer in a second,,wiki\nData,Keep less,Half of it,\n"


def objective(cycle, title="Fewer surprises"):
    return add_item(ACTOR, "objective", title=title, cycle=cycle, now=NOW)


def test_one_objective_of_theirs_meets_several_of_ours_and_one_of_ours_several_of_theirs():
    cycle = next_cycle()
    ours = [objective(cycle), objective(cycle, "Fix faster")]
    said = [others.Said(team="Search", title=title) for title in ("Answer in a second", "Index less")]
    for each in said:
        others.add(ACTOR, cycle, each, bridges=ours, now=NOW)
    assert [len(bridged_to(each)) for each in ours] == [2, 2]
    assert "2 bridged to ours" in told(cycle, Key.OTHER_TEAMS).facts.stands


def test_a_bridge_to_another_cycle_is_refused(organisation):
    from datetime import date

    cycle = next_cycle()
    days = {"start": date(2028, 1, 1), "end": date(2028, 3, 31)}
    elsewhere = objective(add_cycle(ACTOR, title="2028-Q1", now=NOW, **days))
    with pytest.raises(Refused, match="a bridge ends at an objective of 2027-Q2"):
        others.add(ACTOR, cycle, others.Said(team="A", title="B"), bridges=[elsewhere], now=NOW)
    assert not OtherObjective.objects.exists()


def test_a_table_is_taken_in_whole_and_a_second_time_changes_nothing():
    cycle = next_cycle()
    assert others.bring_in(ACTOR, cycle, TABLE, name="teams.csv", now=NOW) == (2, 0)
    assert others.bring_in(ACTOR, cycle, TABLE, name="teams.csv", now=NOW) == (0, 0)
    again = TABLE.replace(b"Half of it", b"A third")
    assert others.bring_in(ACTOR, cycle, again, name="teams.csv", now=NOW) == (0, 1)
    assert [team.name for team in others_in(cycle)] == ["Data", "Search"]


def test_a_bridge_survives_the_next_import():
    cycle = next_cycle()
    others.bring_in(ACTOR, cycle, TABLE, name="teams.csv", now=NOW)
    ours, theirs = objective(cycle), OtherObjective.objects.get(team_name="Data")
    said = others.Said(team="Data", title="Keep less", text="Half of it")
    others.change(ACTOR, theirs, said, bridges=[ours], now=NOW)
    others.bring_in(ACTOR, cycle, TABLE.replace(b"Half", b"A third"), name="teams.csv", now=NOW)
    assert bridged_to(ours) == [theirs]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "teams.csv:1: there is no row"),
        (b"team,titel\nA,B\n", r"teams.csv:1: there is no column 'titel' \(did you mean title\?\)"),
        (b"title\nB\n", "teams.csv:1: a column team is missing"),
        (b"team,title\nA,B\n,C\n", "teams.csv:3: the team is empty"),
        (b"team,title\nA,B\na,b\n", "teams.csv:3: a has 'b' on line 2 already"),
        (b"team,title\nA,B,C\n", "teams.csv:2: expected 2 cells, found 3"),
        (b"team,title\nA," + b"x" * 241 + b"\n", "teams.csv:2: title: expected at most 240 characters"),
        (b"team,title\nA,\xff\n", "teams.csv:2: this is not UTF-8"),
    ],
)
def test_a_bad_row_is_named_by_its_line_and_nothing_is_taken_in(content, message):
    cycle = next_cycle()
    with pytest.raises(Refused) as refused:
        others.bring_in(ACTOR, cycle, content, name="teams.csv", now=NOW)
    assert re.search(message, str(refused.value)), str(refused.value)
    assert not OtherObjective.objects.exists()


def test_the_page_takes_a_file_and_says_what_is_wrong_with_one(organisation, browser_of):
    cycle = next_cycle()
    browser, path = browser_of(organisation.max), f"/cycles/{cycle.key}/other-teams/import"
    bad = browser.post(path, {"file": SimpleUploadedFile("teams.csv", b"team,title\nA,B\n,C\n")})
    assert bad.status_code == 422
    assert "teams.csv:3" in bad.content.decode()
    assert browser.post(path, {"file": SimpleUploadedFile("teams.csv", TABLE)}).status_code == 302
    rows = browser.get(f"/cycles/{cycle.key}/other-teams.json").json()["objectives"]
    assert [each["team"] for each in rows] == ["Data", "Search"]


def test_what_another_team_wants_stands_on_the_page_of_the_objective_it_meets(organisation, browser_of):
    cycle = next_cycle()
    ours = objective(cycle)
    found = others.add(ACTOR, cycle, others.Said(team="Search", title="Index less"), bridges=[ours], now=NOW)
    page = f"/objectives/{ours.key}/"
    assert "Index less" in browser_of(organisation.vera).get(page).content.decode()
    others.withdraw(ACTOR, found, now=NOW)
    assert "Index less" not in browser_of(organisation.vera).get(page).content.decode()


def test_the_same_title_of_the_same_team_is_refused():
    cycle = next_cycle()
    others.add(ACTOR, cycle, others.Said(team="Search", title="Index less"), now=NOW)
    with pytest.raises(Refused, match="has an objective of this title already"):
        others.add(ACTOR, cycle, others.Said(team="search", title="index LESS"), now=NOW)
