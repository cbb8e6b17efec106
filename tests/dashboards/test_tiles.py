"""A tile is an address, worked out anew with the rights of whoever looks."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from tests.dashboards.boards import ALL, BY_TITLE, GONE, NOW, OPEN, looking, shown

from throughline.dashboards.figures import Gone, NotForYou
from throughline.dashboards.tiles import KINDS, checked_address, figure_of, kind_of
from throughline.engine.refusals import Refused
from throughline.measures.asking import Question
from throughline.measures.earlier import earlier
from throughline.measures.ranges import range_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("/", "quarter"),
        ("/metrics/?metric=count()", "metric"),
        ("/key-results/7/", "key result"),
        ("/key-results/?status=off_track", "key results"),
        ("/series/build_minutes/", "series"),
        ("/vulnerabilities/?status=open", "vulnerabilities"),
        ("/risk/?tag=shop", "risk"),
        ("/risk/curve/?loss=2M", "curve"),
        ("/thread/?cycle=2026-q4", "thread"),
    ],
)
def test_the_path_says_which_tile_shows_an_address(address, kind):
    assert kind_of(address)[0].name == kind


def test_every_kind_of_the_registry_is_tried_above():
    assert len({kind.name for kind in KINDS}) == 9


@pytest.mark.parametrize("server", ["", "http://localhost:8000", "https://throughline.example.org"])
def test_an_address_is_kept_without_the_name_of_this_server_that_it_was_copied_with(settings, server):
    settings.CSRF_TRUSTED_ORIGINS = ["https://throughline.example.org"]
    copied = f" {server}/metrics/?metric=arrivals&by=quarter#chart "
    assert checked_address(copied) == "/metrics/?metric=arrivals&by=quarter"


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example/metrics/", "mailto:/"])
def test_an_address_of_another_server_is_refused_and_not_read_as_one_of_ours(address):
    with pytest.raises(Refused, match="is no address of this server"):
        checked_address(address)


@pytest.mark.parametrize(
    "address",
    ["/people/", "/vulnerabilities/7/", "/audit.csv", "//evil.example/people/", "javascript:alert(1)", ""],
)
def test_an_address_that_no_tile_shows_is_refused_with_those_that_one_does(address):
    with pytest.raises(Refused, match=r"no tile shows .* take the address of a metric, a key result"):
        checked_address(address)


def test_everybody_reads_the_figures_of_her_own_slice(boards, organisation):
    by = {name: shown(boards.max, getattr(organisation, name)) for name in ("max", "vera", "omar")}
    assert {name: (each[OPEN].figure.value, each[ALL].figure.value) for name, each in by.items()} == {
        "max": (1, 4),
        "vera": (0, 2),
        "omar": (1, 2),
    }
    assert by["vera"][ALL].figure.note == "Of Payments only."
    assert by["max"][ALL].figure.note == ""


def test_who_belongs_to_no_team_reads_that_nothing_is_hers_and_how_to_mend_it(boards, organisation):
    organisation.vera.teams.clear()
    tile = shown(boards.max, organisation.vera)[OPEN]
    assert (tile.figure, tile.state) == (None, "not_for_you")
    assert "An administrator can put you into a team" in tile.withheld
    assert shown(boards.max, organisation.vera)[f"/key-results/{boards.key_result}/"].figure.value is not None


def test_a_figure_leads_to_its_rows_and_says_what_it_was_before(boards, organisation):
    figure = shown(boards.max, organisation.max)[OPEN].figure
    assert figure.rows == OPEN
    assert figure.before.said == "1 when the quarter began"
    key_result = shown(boards.max, organisation.max)[f"/key-results/{boards.key_result}/"].figure
    assert key_result.before.said == "40 when it began, on 1 Oct 2026"
    assert (key_result.target, key_result.owner) == ("20 by 31 Dec 2026", "Vera")


def test_what_is_gone_says_so_and_how_to_mend_it(boards, organisation):
    tile = shown(boards.max, organisation.max)[GONE]
    assert tile.state == "gone"
    assert tile.withheld == (
        "There is no series 'no_such_series' any more. Point the tile at another one, or remove it."
    )
    with pytest.raises(Gone, match=r"There is no metric 'nope'.*mend its address"):
        figure_of("/metrics/?metric=nope", looking(organisation.max))
    with pytest.raises(Gone, match="no longer there"):
        figure_of("/key-results/987654/", looking(organisation.max))


def test_a_link_shows_no_group_that_could_name_a_vulnerability(boards, organisation):
    assert shown(boards.max, organisation.max)[BY_TITLE].figure.value == 4
    with pytest.raises(NotForYou, match="can name single vulnerabilities"):
        figure_of(BY_TITLE, looking(organisation.max, is_shared=True))


@pytest.mark.parametrize(
    ("name", "adds_up", "since", "until", "said"),
    [
        ("this-quarter", False, "2026-07-01", "2026-10-01", "last quarter"),
        ("this-quarter", True, "2026-07-01", "2026-08-29T09", "at this point of last quarter"),
        ("last-quarter", True, "2026-04-01", "2026-07-01", "the quarter before"),
        ("this-year", False, "2025-01-01", "2026-01-01", "last year"),
        ("last-12-months", False, "2024-11-30", "2025-11-30", "in the 12 months before"),
    ],
)
def test_a_range_is_held_against_the_one_before_it(name, adds_up, since, until, said):
    asked = Question(metric="arrivals", range=range_of(name, since="", until="", now=NOW))
    found = earlier(asked, adds_up=adds_up, now=NOW)
    bounds = [datetime.fromisoformat(each).replace(tzinfo=UTC) for each in (since, until)]
    assert [found.question.range.since, found.question.range.until] == bounds
    assert found.said == said


def test_without_a_range_the_figure_is_held_against_what_was_known_when_the_quarter_began():
    found = earlier(Question(metric="open_at_end"), adds_up=False, now=NOW)
    assert (found.question.known, found.said) == ("2026-10-01", "when the quarter began")
    assert earlier(Question(metric="open_at_end", known="2026-10-05"), adds_up=False, now=NOW) is None


def test_what_was_written_on_a_chart_stands_on_its_tile_but_not_for_strangers(boards, organisation):
    from throughline.annotations.actions import annotate
    from throughline.dashboards.actions import Said, add_tile

    by_month = "/metrics/?metric=arrivals&by=month&range=this-year"
    add_tile(organisation.max, boards.max, Said(address=by_month), now=NOW)
    said = {"text": "A new scanner", "start": NOW.date().replace(day=1, month=9), "end": None}
    annotate(organisation.mia, **said, subject="metric:arrivals", now=NOW)
    figure = shown(boards.max, organisation.vera)[by_month].figure
    assert [(number, each.text) for number, each in figure.happened] == [(1, "A new scanner")]
    assert any(layer["mark"]["type"] == "text" for layer in figure.chart.spec["layer"])
    assert shown(boards.max, organisation.max, is_shared=True)[by_month].figure.happened == ()


@pytest.mark.django_db
def test_the_thread_says_what_is_broken_and_what_carries_each_goal_down_to_people(organisation):
    from tests.dashboards.boards import looking
    from tests.thread.plan import small_plan

    from throughline.dashboards.figures import Gone
    from throughline.objectives.items import add_item

    cycle = small_plan()
    figure = figure_of(f"/thread/?cycle={cycle.key}", looking(organisation.vera))
    broken = [line for line in figure.lines if line.status == "broken"]
    assert (figure.value, figure.said) == (len(broken), f"{len(broken)} broken")
    assert figure.sentence == "1 initiative hangs in the air."
    assert all(line.note for line in broken)
    goals = [line for line in figure.lines if not line.status]
    assert any("key result" in line.aim for line in goals)
    columns, rows = figure.table
    assert (columns[0], len(rows)) == ("Id", figure.n)
    assert sum(bool(row[-1]) for row in rows) == len(broken)
    shared = figure_of(f"/thread/?cycle={cycle.key}", looking(organisation.vera, is_shared=True))
    assert {line.address for line in shared.lines} == {""}
    with pytest.raises(Gone, match="There is no cycle 'gone' any more"):
        figure_of("/thread/?cycle=gone", looking(organisation.vera))
    # It is kept only while nobody does anything.
    add_item("test", "goal", title="Another goal", now=NOW)
    more = figure_of(f"/thread/?cycle={cycle.key}", looking(organisation.vera))
    assert more.n == figure.n + 1
    assert more.sentence == "1 goal and 1 initiative hang in the air."
    assert [line.value for line in more.lines if line.status] == ["goal", "initiative"]


def test_a_tile_draws_the_span_before_unless_its_address_leaves_it_out(organisation):
    from throughline.series.actions import push

    for at, value in (("2026-07-09", 14), ("2026-10-08", 11)):
        push("test", "build_minutes", value, at=at, unit="minutes", now=NOW)
    series = "/series/build_minutes/"
    ghosts = {
        address: ghost_of(figure_of(address, looking(organisation.max)))
        for address in (series, f"{series}?compare=none", METRIC, f"{METRIC}&compare=none")
    }
    assert ghosts == {
        series: [None, 14],
        f"{series}?compare=none": [None, None],
        METRIC: [0] * 8,
        f"{METRIC}&compare=none": [None] * 8,
    }
    columns, rows = figure_of(series, looking(organisation.max)).table
    assert columns == ("Day", "Value", "Before", "Change")
    assert rows[1] == ("8 Oct 2026", "11 minutes", "14 minutes on 9 Jul 2026", "−3 minutes")


def test_the_table_of_a_metric_says_of_each_row_what_it_was_and_how_sure_the_change_is(boards, organisation):
    seen = looking(organisation.max)
    columns, rows = figure_of(f"{METRIC}&from=2026-01-01&to=2027-01-01", seen).table
    assert columns == ("Quarter", "Value", "Interval", "n", "Open", "Before", "Change")
    found = dict(zip(columns, rows[1], strict=True))
    assert (found["Quarter"], found["Value"], found["Before"]) == ("2026-Q2", "3", "0 in 2025-Q2")
    assert re.fullmatch(r"\+3, \S+ to \S+", found["Change"])
    columns, rows = figure_of(f"{BY_TITLE}&where=title = 'nothing'", seen).table
    assert [len(row) for row in rows] == [len(columns)]


METRIC = "/metrics/?metric=count()&by=quarter"


def ghost_of(figure) -> list[float | None]:
    return [row.get("then") for row in figure.chart.spec["data"]["values"]]
