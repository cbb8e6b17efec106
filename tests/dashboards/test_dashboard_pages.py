"""The pages of dashboards: ready-made ones of whatever is there, a table of figures, a whole screen."""

from __future__ import annotations

import csv
import html
import io
from datetime import timedelta

import pytest
from click.testing import CliRunner
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.dashboards.boards import NOW, OPEN, shown
from tests.objectives.register import record

from throughline.dashboards.models import READY, Dashboard
from throughline.dashboards.queries import Shown, pages_of
from throughline.dashboards.ready import Placed, ready_tiles
from throughline.objectives.models import KeyResult

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("slug", READY)
def test_a_ready_made_dashboard_asks_as_little_as_any_page(slug, boards, organisation, browser_of):
    browser = browser_of(organisation.vera)
    assert browser.get(f"/dashboards/{slug}/").status_code == 200
    with CaptureQueriesContext(connection) as asked:
        page = browser.get(f"/dashboards/{slug}/").content.decode()
    assert len(asked) <= 20
    assert 'class="card tile' in page


@pytest.mark.parametrize("slug", READY)
def test_without_any_data_it_says_what_will_fill_it(slug, organisation, browser_of):
    page = browser_of(organisation.ada).get(f"/dashboards/{slug}/").content.decode()
    assert "Nothing to show yet" in page


def test_the_teams_slice_is_ones_own_and_a_manager_chooses(boards, organisation, browser_of):
    def open_at(person, query: str = "") -> str:
        found = browser_of(person).get(f"/dashboards/team.json{query}").json()["tiles"]
        return f"{found[0]['title']}: {found[0]['value']:.0f}"

    assert open_at(organisation.omar) == "Open at Search: 1"
    assert open_at(organisation.vera) == "Open at Payments: 0"
    assert open_at(organisation.max, "?team=Search") == "Open at Search: 1"
    # Another team's is refused in the words for one that is not there.
    for team in ("Search", "Nope"):
        for address in ("/dashboards/team/", "/dashboards/team.json", "/dashboards/team/present/"):
            answer = browser_of(organisation.vera).get(address, {"team": team})
            said = html.unescape(answer.content.decode())
            assert answer.status_code == 400
            assert f"you see no team '{team}': expected one of Payments" in said


def test_a_ready_made_dashboard_has_only_what_there_is(boards, organisation):
    tiles = [each.address for each in ready_tiles("director", looking_of(organisation.max))]
    assert tiles[0] == "/"
    assert not any(address.startswith("/risk/") for address in tiles)


def looking_of(person):
    from tests.dashboards.boards import looking

    return looking(person)


def test_the_files_hold_what_the_page_shows_the_same_person(boards, organisation, browser_of):
    for person, n_open in ((organisation.max, 1.0), (organisation.vera, 0.0)):
        browser = browser_of(person)
        tiles = browser.get("/dashboards/friday.json").json()["tiles"]
        text = b"".join(browser.get("/dashboards/friday.csv").streaming_content).decode()
        rows = list(csv.DictReader(io.StringIO(text)))
        assert [each["address"] for each in rows] == [each["address"] for each in tiles]
        assert (tiles[0]["value"], float(rows[0]["value"])) == (n_open, n_open)
        assert [each["state"] for each in tiles][-1] == "gone"


def test_a_tile_has_a_file_of_its_own_table(boards, organisation, browser_of):
    tile = boards.max.tiles.get(address=OPEN)
    answer = browser_of(organisation.max).get(f"/dashboards/friday/tiles/{tile.pk}.csv")
    rows = b"".join(answer.streaming_content).decode().splitlines()
    assert rows == ["Vulnerabilities,Open,Before,Change", "1,1,1 when the quarter began,the same"]
    assert browser_of(organisation.max).get("/dashboards/friday/tiles/987654.csv").status_code == 404


def test_each_row_of_a_tile_stands_beside_what_it_was(in_november, boards, organisation, browser_of):
    from throughline.dashboards.actions import Said, add_tile
    from throughline.objectives.actions import measure

    record("2026-11-20", known_at=NOW - timedelta(days=1))
    promised = KeyResult.objects.get(pk=boards.key_result)
    for ago in (40, 0):
        measure(promised, NOW - timedelta(days=ago))
    every = add_tile(organisation.max, boards.max, Said(address="/vulnerabilities/"), now=NOW)
    one = boards.max.tiles.get(address=f"/key-results/{promised.pk}/")
    files = []
    for tile in (every, one):
        answer = browser_of(organisation.max).get(f"/dashboards/friday/tiles/{tile.pk}.csv")
        files.append(list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode()))))
    assert [(row[0], row[1], *row[-2:]) for row in files[0]] == [
        ("Severity", "Value", "Before", "Change"),
        ("critical", "1", "1 when the quarter began", "the same"),
        # A rise has no plus, which a spreadsheet would take for a formula.
        ("high", "3", "2 when the quarter began", "1"),
        ("low", "2", "2 when the quarter began", "the same"),
    ]
    assert [(row[0], row[1], *row[-2:]) for row in files[1]] == [
        ("Date", "Value", "Before", "Change"),
        ("20 Oct 2026", "0", "–", "–"),
        # As it was added, and as it was measured again once the record was known.
        ("29 Nov 2026", "0", "0 on 20 Oct 2026", "the same"),
        ("29 Nov 2026", "1", "0 on 20 Oct 2026", "1"),
    ]


def test_a_screen_takes_two_rows_and_a_long_list_alone(boards, organisation):
    found = shown(boards.max, organisation.max)
    one = found[OPEN]

    def wide(width: int) -> Shown:
        return Shown(Placed(address=OPEN, width=width), one.figure)

    pages = pages_of([wide(2), wide(2), wide(1), wide(3), wide(1)])
    assert [[each.placed.width for each in page] for page in pages] == [[2, 2, 1], [3, 1]]


def test_presenting_begins_at_the_page_and_pace_of_the_address(boards, organisation, browser_of):
    browser = browser_of(organisation.max)
    page = browser.get("/dashboards/friday/present/?page=1&every=20").content.decode()
    assert 'data-page="1" data-every="20"' in page
    assert 'aria-label="Main"' not in page
    strange = browser.get("/dashboards/friday/present/?page=99&every=1").content.decode()
    assert 'data-every="5"' in strange
    assert browser.get("/dashboards/friday/present/?page=x&every=-1").status_code == 200


def test_an_annotation_is_text(boards, organisation, browser_of):
    boards.max.tiles.filter(address=OPEN).update(annotation="<b>Watch</b>\nthis", title="<i>Open</i>")
    page = browser_of(organisation.max).get("/dashboards/friday/").content.decode()
    assert "&lt;b&gt;Watch&lt;/b&gt;<br>this" in page
    assert "<i>Open" not in page


def test_the_list_names_ones_own_and_those_of_others(boards, organisation, browser_of):
    Dashboard.objects.filter(pk=boards.mia.pk).update(audience="owner")
    found = browser_of(organisation.max).get("/dashboards.json").json()["dashboards"]
    assert [each["slug"] for each in found] == [*READY, "friday"]
    assert (
        browser_of(organisation.max).post("/dashboards/", {"name": " ", "audience": "owner"}).status_code
        == 422
    )


def test_the_command_refuses_whom_it_cannot_look_as(tmp_path):
    from throughline.cli import main

    done = CliRunner().invoke(main, ["dashboard", "show", "monday", "--home", str(tmp_path / "none")])
    assert done.exit_code == 2
    assert "there is no data folder" in done.output


def test_the_command_says_a_figure_as_its_tile_does():
    from throughline.cli.dashboard import _said as said
    from throughline.dashboards.figures import Figure

    one = {"title": "Q", "value": 3.0, "unit": "count", "said": "3 of 10"}
    assert said(Figure(**one, range_said="key results on course")) == "3 of 10 key results on course"
    assert said(Figure(title="K", value=12, unit="days", target="10", status="off_track")) == (
        "12 days, 10, off track"
    )


def test_the_command_shows_the_team_that_it_is_asked_for_or_names_those_there_are(
    boards, organisation, monkeypatch
):
    from throughline.cli import main

    for name in ("open_home", "there"):
        monkeypatch.setattr(f"throughline.cli.dashboard.{name}", lambda home: home)
    words = ("dashboard", "show", "team", "--as", organisation.max.email, "--team")
    assert "Open at Search: 1" in CliRunner().invoke(main, [*words, "Search"]).output
    refused = CliRunner().invoke(main, [*words, "Nope"])
    assert refused.exit_code == 2
    assert "--team: you see no team 'Nope': expected one of Payments, " in refused.output
    nobody = CliRunner().invoke(main, ["dashboard", "show", "team", "--team", "Nope"])
    assert "--team: there is no team 'Nope': expected one of Payments, " in nobody.output
    other = CliRunner().invoke(main, ["dashboard", "show", "director", "--team", "Search"])
    assert "--team: 'director' shows no team's slice" in other.output
