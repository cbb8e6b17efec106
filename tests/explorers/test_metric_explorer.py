"""The metric explorer: honest beside naive, each number a link to its rows."""

from __future__ import annotations

import json

import pytest
from tests.measures.records import record

from throughline.engine.catalogue import READY_MADE
from throughline.measures.readside.columns import forget


def shown(browser, **asked):
    answer = browser.get("/metrics/", asked)
    assert answer.status_code == 200, answer.context["problem"]
    return answer.context["shown"]


def test_without_a_metric_the_page_is_the_catalogue_by_question(organisation, browser_of):
    page = browser_of(organisation.vera).get("/metrics/").content.decode()
    assert "How fast do we repair?" in page
    for definition in READY_MADE.values():
        assert f"metric={definition.name}&amp;" in page


def test_the_catalogue_is_also_a_document(organisation, browser_of):
    names = [each["name"] for each in browser_of(organisation.vera).get("/metrics.json").json()["metrics"]]
    assert sorted(names) == sorted(READY_MADE)


def test_the_cards_get_their_figures_in_one_fragment(register, organisation, browser_of):
    page = browser_of(organisation.max).get("/metrics/figures/").content.decode()
    assert "metric-figure" in page
    assert "<html" not in page


def test_the_figures_of_the_cards_follow_the_policy_and_the_services(register, organisation, browser_of):
    from throughline.measures.queries import data_mark
    from throughline.vulnerabilities.models import Service, SlaPolicy

    marks = [data_mark()]
    Service.objects.filter(name="checkout").update(tier=2)
    marks.append(data_mark())
    SlaPolicy.objects.create(severity=3, tier=2, days=1)
    marks.append(data_mark())
    SlaPolicy.objects.filter(tier=2).update(days=2)
    marks.append(data_mark())
    assert len(set(marks)) == 4
    assert data_mark() == marks[-1]


def test_the_honest_figure_stands_beside_the_naive_one(register, organisation, browser_of):
    answer = shown(browser_of(organisation.max), metric="time_to_remediate_closed_only", by="none")
    assert (answer.main.reading, answer.beside.reading) == ("naive", "honest")
    # 10 and 90 days among the repaired; the open one is left out, the one of −9 days counted apart.
    assert answer.main.row.value == pytest.approx((10 + 90) / 2)
    assert (answer.main.row.n_open, answer.main.row.n_negative) == (1, 1)
    assert answer.beside.name == "time_to_remediate"


def test_the_naive_figure_beside_the_honest_one_ends_at_the_same_day(register, organisation, browser_of):
    answer = shown(browser_of(organisation.max), metric="time_to_remediate", by="none")
    assert (answer.main.reading, answer.beside.reading) == ("honest", "naive")
    assert answer.beside.name == "time_to_remediate_closed_only_90"
    record("long", identified_at="2024-01-01", mitigated_at="2025-12-31", team="Payments")
    forget()
    alike = shown(browser_of(organisation.max), metric=answer.beside.name, by="none")
    # 10, 90, and 90 of two years: no day after the ninetieth counts in either of the two.
    assert alike.main.row.value == pytest.approx((10 + 90 + 90) / 3)
    assert "closed_only" in [each.code for each in alike.warnings]


def test_an_expression_that_spells_a_naive_metric_gets_its_honest_twin(register, organisation, browser_of):
    answer = shown(browser_of(organisation.max), metric="mean(mitigated - identified)")
    assert answer.beside.name == "time_to_remediate"


def test_the_slice_applies_to_the_figure_beside_it_too(register, organisation, browser_of):
    answer = shown(
        browser_of(organisation.max), metric="time_to_remediate_closed_only", where="severity = 'high'"
    )
    assert answer.main.row.n == 1
    assert answer.beside.row.n == 2


@pytest.mark.parametrize("name", sorted(READY_MADE))
@pytest.mark.parametrize("by", ["none", "quarter", "severity"])
def test_every_number_links_to_exactly_the_rows_behind_it(
    name, by, register, organisation, browser_of, listed_of
):
    browser = browser_of(organisation.max)
    answer = shown(browser, metric=name, by=by)
    figures = [(answer.main.row, answer.main.address)] if answer.main else []
    figures += [(line.row, line.address) for line in answer.rows]
    assert figures
    for row, address in figures:
        # The open at an instant are the figure itself; what it was drawn from is the whole window.
        expected = row.value if name == "open_at_end" else row.n
        assert listed_of(browser, address) == expected, address


def test_the_rows_of_a_figure_as_known_then_are_those_known_then(register, organisation, browser_of, rows_of):
    browser = browser_of(organisation.max)
    answer = shown(browser, metric="open_at_end", by="none", known="2026-06-30", to="2026-07-01")
    rows = rows_of(browser, answer.main.address)
    assert answer.main.row.value == 2
    assert {row["id"] for row in rows["rows"]} == {"SLOW-2", "OPEN-3"}


@pytest.mark.parametrize("metric", ["open_at_end", "open_age_median", "known_open_average"])
@pytest.mark.parametrize("to", ["", "2026-06-01", "2026-07-01"])
def test_the_open_at_a_date_of_knowledge_have_their_rows(
    metric, to, register, organisation, browser_of, rows_of
):
    from tests.measures.records import record

    record("LATER", identified_at="2026-07-05")
    browser = browser_of(organisation.max)
    answer = shown(browser, metric=metric, by="none", known="2026-06-20", to=to)
    expected = answer.main.row.value if metric == "open_at_end" else answer.main.row.n
    assert expected
    assert rows_of(browser, answer.main.address)["total"] == expected, answer.main.address


def test_the_rows_behind_a_share_leave_out_those_of_which_nobody_can_say(
    register, organisation, browser_of, rows_of
):
    from tests.measures.records import record

    record("UNKNOWN", identified_at="2026-05-01")
    browser = browser_of(organisation.max)
    main = shown(browser, metric="share(severity >= 'high')", by="none").main
    assert (main.row.n, main.row.n_missing) == (4, 1)
    assert rows_of(browser, main.address)["total"] == 4, main.address


@pytest.mark.parametrize("tier_days", [None, 3, 400])
def test_the_rows_behind_an_sla_figure_are_those_whose_days_are_up(
    tier_days, register, organisation, browser_of, rows_of
):
    from datetime import UTC, datetime, timedelta

    from tests.measures.records import record

    from throughline.vulnerabilities.models import Service, SlaPolicy

    Service.objects.filter(name="checkout").update(tier=1)
    if tier_days:
        SlaPolicy.objects.create(severity=3, tier=1, days=tier_days)
    for key, ago in (("WEEK", 6), ("MONTH", 31)):
        found = (datetime.now(UTC) - timedelta(days=ago)).date().isoformat()
        record(key, severity="high", service="checkout", team="Payments", identified_at=found)
    browser = browser_of(organisation.max)
    for metric in ("within_sla", "sla(10 days)"):
        answer = shown(browser, metric=metric, by="none")
        assert rows_of(browser, answer.main.address)["total"] == answer.main.row.n, answer.main.address


def test_a_viewer_measures_only_the_slice_of_her_team(register, organisation, browser_of):
    assert shown(browser_of(organisation.vera), metric="count()", by="none").main.row.n == 2
    assert shown(browser_of(organisation.omar), metric="count()", by="none").main.row.n == 2
    assert shown(browser_of(organisation.max), metric="count()", by="none").main.row.n == 4


def test_a_period_gives_a_line_a_dimension_bars_and_both_small_multiples(register, organisation, browser_of):
    browser = browser_of(organisation.max)
    assert shown(browser, metric="arrivals", by="month").chart.columns[0] == "Period"
    assert shown(browser, metric="arrivals", by="severity").chart.columns[0] == "Severity"
    both = shown(browser, metric="arrivals", by=["quarter", "severity"])
    assert both.chart is None
    assert {chart.title for chart in both.multiples} == {"low", "high", "critical"}


def test_a_survival_figure_without_groups_shows_its_whole_curve(register, organisation, browser_of):
    chart = shown(browser_of(organisation.max), metric="time_to_remediate_median", by="none").chart
    # 10 and 90 days among three: two thirds last longer than 10 days, and the open one has waited longer.
    assert [row[:2] for row in chart.rows] == [("0", "100 %"), ("10", "66.7 %"), ("90", "33.3 %")]


def test_every_chart_has_its_table_once(register, organisation, browser_of):
    browser = browser_of(organisation.max)
    curve = browser.get("/metrics/?metric=time_to_remediate_median&by=none").content.decode()
    assert curve.count("The same as a table") == 1
    assert "66.7 %</td>" in curve
    assert "The same as a table" not in browser.get("/metrics/?metric=arrivals&by=month").content.decode()


@pytest.mark.parametrize(
    ("asked", "field", "pointed"),
    [
        ({"metric": "time_to_remedate"}, "metric", ""),
        ({"metric": "mean(identified - severity)"}, "metric", "severity"),
        ({"metric": "count()", "where": "severity >"}, "where", "…"),
        ({"metric": "count()", "by": "colour"}, "by", ""),
        ({"metric": "average_open()", "at": "identified"}, "at", ""),
        ({"metric": "count()", "from": "2026-13-01"}, "from", ""),
        ({"metric": "count()", "known": "2999-01-01"}, "known", ""),
    ],
)
def test_a_refusal_stands_beside_the_field_at_fault(
    asked, field, pointed, register, organisation, browser_of
):
    answer = browser_of(organisation.max).get("/metrics/", asked)
    assert answer.status_code == 400
    problem = answer.context["problem"]
    assert problem.field == field
    assert pointed in problem.pointed
    assert problem.message.replace("'", "&#x27;") in answer.content.decode().replace("&gt;", ">")


def test_a_refused_slice_keeps_the_title_of_the_metric(register, organisation, browser_of):
    def heading(**asked) -> str:
        seen = browser_of(organisation.max).get("/metrics/", asked).content.decode()
        return seen.split("<h1>")[1].split("</h1>")[0]

    wrong = "severity >"
    assert heading(metric="time_to_remediate", where=wrong) == "Time to remediate"
    assert heading(metric="mean(mitigated - identified)", where=wrong) == (
        "Mean time from identified to mitigated"
    )
    assert heading(metric="time_to_remedy", where=wrong) == "Metric"


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("metric=arrivals&by=severity", "arrivals-by-severity.csv"),
        (
            "metric=time_to_remediate&by=none&where=severity+>%3D+'high'",
            "time_to_remediate-severity-high.csv",
        ),
        ("metric=mean(mitigated+-+identified)", "mean-mitigated-identified-by-quarter.csv"),
    ],
)
def test_a_file_is_called_by_what_it_holds(address, name, register, organisation, browser_of):
    answer = browser_of(organisation.max).get(f"/metrics.csv?{address}")
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'


def test_a_warning_says_what_it_means_and_what_to_look_at_instead(register, organisation, browser_of):
    warnings = shown(browser_of(organisation.max), metric="time_to_detect").warnings
    told = next(warning for warning in warnings if warning.code == "detection_truncated")
    assert told.meaning
    assert "Present and open, on average" in [title for title, _ in told.instead]


def test_closures_count_only_what_was_repaired(register, organisation, browser_of):
    assert shown(browser_of(organisation.max), metric="closures", by="none").main.row.n == 3


def test_the_files_hold_the_figures_of_the_page(register, organisation, browser_of):
    browser = browser_of(organisation.max)
    document = browser.get("/metrics.json?metric=arrivals&by=severity").json()
    assert [(row["group"]["severity"], row["value"]) for row in document["rows"]] == [
        ("low", 1),
        ("high", 2),
        ("critical", 1),
    ]
    plain = "/metrics.csv?metric=arrivals&by=severity&compare=none"
    lines = b"".join(browser.get(plain).streaming_content).decode()
    assert lines.splitlines()[0] == (
        "severity,value,low,high,n,n_open,n_missing,n_negative,wide_low,wide_high,unit,before,before_low,"
        "before_high,before_n,before_when,change,change_low,change_high,clearly,ratio,ratio_low,ratio_high,"
        "cut,why_none"
    )
    assert lines.splitlines()[2].endswith(",count,,,,,,,,,,,,,,")
    assert lines.splitlines()[2].startswith("high,2")


def test_the_command_line_and_the_page_give_one_document_and_one_table(register, organisation, browser_of):
    from click.testing import CliRunner
    from django.conf import settings

    from throughline.cli.metric import command

    browser = browser_of(organisation.max)
    asked = "metric=time_to_triage&by=severity&from=2026-01-01&known=2026-11-20"
    words = ["time_to_triage", "--by", "severity", "--from", "2026-01-01", "--as-known-at", "2026-11-20"]

    def said(form: str) -> str:
        done = CliRunner().invoke(command, [*words, form, "--home", str(settings.HOME)])
        assert done.exit_code == 0, done.output
        return done.stdout_bytes.decode()

    of_page, of_command = browser.get(f"/metrics.json?{asked}").json(), json.loads(said("--json"))
    assert of_page["definition"].pop("now")[-1] == of_command["definition"].pop("now")[-1] == "Z"
    assert of_page == of_command
    assert of_page["as_known_at"].endswith("Z")
    table = b"".join(browser.get(f"/metrics.csv?{asked}").streaming_content).decode()
    assert table == said("--csv")


def test_the_address_holds_the_whole_question(register, organisation, browser_of):
    question = shown(
        browser_of(organisation.max),
        metric="count()",
        where="severity = 'high'",
        by=["month", "service"],
        known="2026-06-01",
        **{"from": "2026-04-01", "to": "2026-07-01"},
    ).question
    assert question.address() == (
        "/metrics/?metric=count%28%29&where=severity+%3D+%27high%27&by=month&by=service"
        "&from=2026-04-01&to=2026-07-01&known=2026-06-01"
    )


def test_only_managers_are_offered_a_key_result(register, organisation, browser_of):
    assert browser_of(organisation.max).get("/metrics/?metric=arrivals").context["key_result_address"]
    assert not browser_of(organisation.vera).get("/metrics/?metric=arrivals").context["key_result_address"]


def test_a_metric_costs_few_queries(register, organisation, browser_of, django_assert_max_num_queries):
    browser = browser_of(organisation.max)
    browser.get("/metrics/?metric=time_to_remediate")
    with django_assert_max_num_queries(30):
        browser.get("/metrics/?metric=time_to_remediate&by=quarter&by=service")


def test_the_palette_offers_pages_metrics_and_actions_of_the_role(organisation, browser_of):
    def addresses(user) -> set[str]:
        return {place["address"] for place in browser_of(user).get("/palette.json").json()["places"]}

    arrivals = "/metrics/?metric=arrivals&by=quarter&range=last-12-months"
    assert {"/", "/vulnerabilities/", arrivals} <= addresses(organisation.vera)
    assert "/imports/new" not in addresses(organisation.vera)
    assert {"/imports/new", "/key-results/new"} <= addresses(organisation.max)


def test_a_figure_stands_beside_that_of_the_period_before(register, organisation, browser_of):
    manager = browser_of(organisation.max)
    # Three of what was found in the second quarter count, and the old one of the first.
    asked = {"metric": "arrivals", "by": "none", "from": "2026-04-01", "to": "2026-06-30"}
    page = manager.get("/metrics/", asked)
    assert page.context["shown"].main.row.value == 3
    assert "was 1 in the 90 days before" in page.content.decode()
    assert "no clear change" in page.content.decode()
    before = manager.get("/metrics.json", asked).json()["rows"][0]["before"]
    assert (before["value"], before["change"]["value"], before["change"]["word"]) == (1, 2, "none")
    assert before["change"]["low"] < 0 < before["change"]["high"]


def test_what_was_known_earlier_is_no_other_sample_so_nothing_is_said_of_chance(
    register, organisation, browser_of
):
    asked = {"metric": "arrivals", "by": "none"}
    before = browser_of(organisation.max).get("/metrics.json", asked).json()["rows"][0]["before"]
    assert before["when"] == "when the quarter began"
    assert (before["change"]["low"], before["change"]["word"]) == (None, "")


def test_a_long_table_shows_the_newest_periods_and_leads_to_the_others_and_back(organisation, browser_of):
    record("K-1", identified_at="2000-01-10", team="payments")
    record("K-2", identified_at="2026-08-10", team="payments")
    browser, asked = browser_of(organisation.max), {"metric": "count()", "by": "month", "rows": "all"}
    every = shown(browser, **asked)
    count = len(every.result.rows)
    folded = browser.get("/metrics/", {"metric": "count()", "by": "month"})
    unfolded = browser.get("/metrics/", asked).content.decode()
    of_file = browser.get("/metrics.csv", asked).getvalue().decode()
    assert len(every.rows) == 300 < count == of_file.count("\n") - 1
    assert [each.row for each in every.rows] == every.result.rows[-300:]
    assert folded.context["shown"].rows == every.rows[-25:]
    assert f"The newest 25 of {count} rows" in folded.content.decode()
    assert 'href="?metric=count%28%29&amp;by=month&amp;rows=all#all-rows"' in folded.content.decode()
    assert f"The newest 300 of {count} rows" in unfolded
    assert 'href="?metric=count%28%29&amp;by=month#all-rows">Show fewer rows' in unfolded
