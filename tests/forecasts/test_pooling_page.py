"""The page on pooling says what was measured: its tables are worked out again from the panels."""

from pathlib import Path

import pytest

from throughline.forecasts.panels import read_panel
from throughline.forecasts.pooled import pool_document, score_document

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "pooling.md").read_text()
ROWS = {
    "headline": "headline: geometric mean of odds",
    "extremised": "extremised",
    "mean": "mean",
    "median": "median",
    "individual": "single forecasts",
}


def measured(shared_data, name):
    content = (shared_data / name).read_bytes()
    return score_document(read_panel(content, name=name, with_outcome=True))


def row(*cells):
    return f"| {' | '.join(cells)} |"


def test_the_table_of_two_rounds_is_what_the_panel_gives(shared_data):
    first, second = (part["methods"] for part in measured(shared_data, "panels_replicats.csv")["rounds"])
    for method, title in ROWS.items():
        assert row(title, *(f"{each[method]['brier']:.4f}" for each in (first, second))) in PAGE


@pytest.mark.parametrize("method", ROWS)
def test_the_table_of_the_worm_is_what_the_panel_gives(shared_data, method):
    scores = measured(shared_data, "panels_security.csv")["methods"][method]
    cells = f"{scores['brier']:.4f} | {scores['log']:.4f} |"
    assert any(line.startswith(f"| {ROWS[method]} |") and line.endswith(cells) for line in PAGE.splitlines())


def test_the_page_says_that_the_headline_loses_there(shared_data):
    methods = measured(shared_data, "panels_security.csv")["methods"]
    assert methods["headline"]["brier"] > methods["mean"]["brier"]
    assert "On the two security panels that we know of, the headline loses." in PAGE


def test_the_table_of_ranges_is_what_the_panel_gives(shared_data):
    content = (shared_data / "panels_security.csv").read_bytes()
    pooled = pool_document(read_panel(content, name="panel"))["questions"][1]
    scores = measured(shared_data, "panels_security.csv")["ranges"]
    for method, title in (
        ("trimmed_linear_pool", "headline: trimmed linear pool"),
        ("linear_pool", "linear pool"),
        ("mean_of_bounds", "averaged bounds"),
        ("geometric_mean_of_bounds", "geometric bounds"),
    ):
        found = {**pooled["methods"], **pooled["comparison_only"]}[method]
        between = f"{found['lo']:.0f} to {found['hi']:.0f}"
        figures = (f"{scores[method][each]:.1f}" for each in ("interval_score", "crps"))
        assert row(title, between, *figures) in PAGE
