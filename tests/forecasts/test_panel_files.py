"""Panels from files: what real panels come to, how they are read, and how each bad cell is refused."""

import gzip

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from throughline.engine.refusals import Refused
from throughline.forecasts import panels
from throughline.forecasts.panels import read_panel
from throughline.forecasts.pooled import pool_document, score_document


def read(text, **extra):
    return read_panel(text if isinstance(text, bytes) else text.encode(), name="panel.csv", **extra)


def scored(shared_data, name):
    content = (shared_data / name).read_bytes()
    return score_document(read_panel(content, name=name, with_outcome=True))


# Real panels


@pytest.fixture(scope="module")
def replicats(shared_data):
    return scored(shared_data, "panels_replicats.csv")


def test_in_each_round_the_headline_scores_at_least_as_well_as_the_plain_mean(replicats):
    for part in (replicats, *replicats["rounds"]):
        methods = part["methods"]
        assert methods["headline"]["brier"] <= methods["mean"]["brier"]
        assert methods["headline"]["log"] <= methods["mean"]["log"]
    assert replicats["methods"]["headline"]["n"] == 50


def test_round_two_beats_round_one_for_every_method(replicats):
    first, second = (part["methods"] for part in replicats["rounds"])
    for method in first:
        assert second[method]["brier"] < first[method]["brier"]
    cut = 1 - second["individual"]["brier"] / first["individual"]["brier"]
    assert cut == pytest.approx(0.13, abs=0.01)
    assert second["individual"]["n"] == 625


def test_every_pool_beats_the_single_forecasts(replicats):
    methods = replicats["methods"]
    assert all(
        methods[each]["brier"] < methods["individual"]["brier"] for each in methods if each != "individual"
    )


def test_the_headline_loses_on_the_security_panels_and_all_methods_are_there(shared_data):
    found = scored(shared_data, "panels_security.csv")
    methods, ranges = found["methods"], found["ranges"]
    assert set(methods) == {
        "headline",
        "geometric_mean_of_odds",
        "extremised",
        "mean",
        "median",
        "individual",
    }
    assert methods["headline"]["brier"] == pytest.approx(0.4497, abs=5e-5)
    assert methods["mean"]["brier"] == pytest.approx(0.4301, abs=5e-5)
    assert ranges["headline"]["interval_score"] == pytest.approx(56.17, abs=0.01)
    assert ranges["mean_of_bounds"]["interval_score"] == pytest.approx(45.65, abs=0.01)
    assert ranges["individual"]["coverage"] == pytest.approx(10 / 17)


# Reading


def test_bounds_beside_a_probability_are_bounds_of_it_and_make_no_range():
    [question] = read("question,panelist,lo,p,hi\nq,Ada,0.1,0.2,0.4\n").questions
    assert (question.kind, question.probabilities) == ("probability", [0.2])


def test_a_file_may_ask_for_both_kinds():
    panel = read("question,panelist,p,lo,hi\nworm,Ada,0.2,,\nloss,Ada,,10,90\n")
    assert [each["kind"] for each in pool_document(panel)["questions"]] == ["probability", "range"]


def test_each_round_is_pooled_by_itself_and_it_is_said():
    text = "question,panelist,p,round\nq,Ada,0.2,1\nq,Bo,0.4,1\nq,Ada,0.6,2\n"
    document = pool_document(read(text))
    assert [(each["round"], each["n"]) for each in document["questions"]] == [("1", 2), ("2", 1)]
    assert "each question is pooled in each round by itself" in document["notes"][0]
    [alone] = pool_document(read(text, only_round="2"))["questions"]
    assert alone["headline"]["value"] == pytest.approx(0.6)


def test_columns_are_mapped_as_imports_map_them():
    text = "Claim,Who,Chance\nq,Ada,0.3\n"
    panel = read(text, maps=["question=Claim", "panelist=Who", "p=Chance"])
    assert panel.questions[0].probabilities == [0.3]
    assert read(text, maps=["Claim=question", "Who=panelist", "Chance=p"]).questions[0].name == "q"


def test_headers_may_be_in_capitals_cells_in_per_cent_and_the_file_packed():
    text = "Question;Panelist;P\nq;Ada;40 %\nq;Bo;0.5\n"
    assert read(gzip.compress(text.encode())).questions[0].probabilities == [0.4, 0.5]


def test_only_resolved_questions_are_scored_and_the_others_counted():
    panel = read("question,panelist,p,outcome\na,Ada,0.9,1.0\nb,Ada,0.9,\n", with_outcome=True)
    found = score_document(panel)
    assert (found["methods"]["headline"]["n"], found["unresolved"]) == (1, 1)
    assert found["methods"]["headline"]["brier"] == pytest.approx(0.01)


@pytest.mark.parametrize(
    ("cell", "came"), [("1", 1), ("1.0", 1), ("yes", 1), ("0", 0), ("0.00", 0), ("False", 0)]
)
def test_an_outcome_may_be_written_in_a_few_ways(cell, came):
    assert (
        read(f"question,panelist,p,outcome\nq,Ada,0.5,{cell}\n", with_outcome=True).questions[0].outcome
        == came
    )


def test_certainties_are_moved_and_it_is_said():
    panel = read("question,panelist,p,outcome\nq,Ada,0,1\nq,Bo,1,1\nq,Cy,0.4,1\n", with_outcome=True)
    assert "2 forecasts of exactly 0 or 1" in pool_document(panel)["questions"][0]["warnings"][0]
    assert "2 forecasts of exactly 0 or 1 count as 0.0005 or 0.9995" in score_document(panel)["warnings"][0]


@settings(max_examples=30, deadline=None)
@given(st.permutations(["q,Ada,0.1", "q,Bo,0.7", "r,Ada,0.9", "r,Cy,0.3", "q,Cy,0.2"]))
def test_the_order_of_the_lines_does_not_matter(lines):
    found = pool_document(read("question,panelist,p\n" + "\n".join(lines)))["questions"]
    values = {each["question"]: each["headline"]["value"] for each in found}
    odds = (1 / 9 * 7 / 3 * 1 / 4) ** (1 / 3), (9 * 3 / 7) ** 0.5
    assert [values["q"], values["r"]] == pytest.approx([each / (1 + each) for each in odds])


# Refusals

HEAD = "question,panelist,p,lo,hi,outcome\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (HEAD + "q,Ada,40,,,", "panel.csv:2, column 'p': 40 is no probability: write 0.4 for 40 %"),
        (HEAD + "q,Ada,-1,,,", "panel.csv:2, column 'p': -1 is no probability: write a number from 0 to 1"),
        (HEAD + "q,Ada,400%,,,", "panel.csv:2, column 'p': 400% is no probability"),
        (HEAD + "q,Ada,likely,,,", "panel.csv:2, column 'p': found 'likely', expected a number"),
        (HEAD + "q,Ada,nan,,,", "panel.csv:2, column 'p': found 'nan', expected a number"),
        (HEAD + "q,Ada,1_0,,,", "panel.csv:2, column 'p': found '1_0', expected a number"),
        (HEAD + "q,Ada,,1e999,1e999,", "panel.csv:2, column 'lo': '1e999' is too large a number"),
        (HEAD + "q,Ada,,5,1,", "panel.csv:2, column 'lo': the interval runs from 5 down to 1"),
        (HEAD + "q,Ada,,5,,", "panel.csv:2, column 'hi': the interval lacks its bound hi"),
        (HEAD + "q,Ada,,two million,5,", "panel.csv:2, column 'lo': found 'two million', expected a number"),
        (HEAD + "q,Ada,,1,1e20,", "panel.csv:2, column 'hi': from 1 to 1e+20 says nothing"),
        (HEAD + "q,Ada,,,,", "panel.csv:2: neither a probability nor an interval"),
        (
            HEAD + "q,Ada,0.1,,,\nq,Ada,0.2,,,",
            "panel.csv:3, column 'panelist': 'Ada' has forecast 'q' on line 2",
        ),
        (HEAD + "q,Ada,0.1,,,\nq,Bo,,1,2,", "panel.csv:3: 'q' has a range here and a probability on line 2"),
        (HEAD + ",Ada,0.1,,,", "panel.csv:2, column 'question': the cell is empty"),
        (HEAD + "q,,0.1,,,", "panel.csv:2, column 'panelist': the cell is empty"),
        (HEAD + "q,Ada,0.1,,,2", "panel.csv:2, column 'outcome': found '2', expected 1 (it happened) or 0"),
        (
            HEAD + "q,Ada,0.1,,,1\nq,Bo,0.1,,,0",
            "panel.csv:3, column 'outcome': 'q' came out as 0 here and as 1",
        ),
        (HEAD + "q,Ada,,1,2,much", "panel.csv:2, column 'outcome': found 'much', expected a number"),
        (HEAD + "q,Ada,0.1\n", "panel.csv:2: 3 cells where the header names 6 columns"),
        (HEAD, "panel.csv: no forecasts: expected a header and below it a forecast a line"),
        ("", "panel.csv: the file is empty"),
        (
            "questoin,panelist,p,outcome\nq,Ada,0.1,1",
            "there is no column 'question' (did you mean questoin?)",
        ),
        ("question,panelist,outcome\nq,Ada,1", "panel.csv:1: there is no column 'p'"),
        ("question,panelist,lo,outcome\nq,Ada,1,1", "panel.csv:1: there is no column 'hi'"),
        ("question,panelist,p\nq,Ada,0.1", "panel.csv:1: there is no column 'outcome'"),
        (b"question,panelist,p,outcome\nq,\xe9,0.1,1", "panel.csv:2: byte 0xe9 is not UTF-8"),
        (b"PK\x03\x04" + bytes(100), "panel.csv: the archive is damaged or cut short"),
    ],
)
def test_bad_input_is_refused_with_its_place_and_the_way_out(text, message):
    with pytest.raises(Refused) as refused:
        read(text, with_outcome=True)
    assert message in str(refused.value)


def test_a_mapped_column_is_named_by_its_own_name():
    with pytest.raises(Refused, match=r"panel.csv:2, column 'Chance': 40 is no probability"):
        read("question,panelist,Chance\nq,Ada,40\n", maps=["p=Chance"])


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        ({"maps": ["p"]}, "'p' has no '=': write --map field=column"),
        ({"maps": ["chance=P"]}, "there is no field 'chance'; the fields are question"),
        ({"maps": ["p=Chance"]}, "the file has no column 'Chance'"),
        ({"maps": ["p=p", "p=q"]}, "'p' is mapped twice"),
        ({"only_round": "3"}, "has no round '3': the file has no column 'round'"),
    ],
)
def test_what_was_asked_wrongly_is_refused(extra, message):
    with pytest.raises(Refused) as refused:
        read("question,panelist,p\nq,Ada,0.1\n", **extra)
    assert message in str(refused.value)


def test_a_gzip_that_unpacks_to_too_much_is_refused():
    bomb = gzip.compress(b"question,panelist,p\n" + b"\n" * 60_000_000)
    with pytest.raises(Refused, match="unpacks to more than"):
        read(bomb)


@pytest.mark.parametrize(
    ("row", "column", "said"),
    [
        ("q,a,\u0660.\u0665", "p", "expected a number"),
        ("q\x07,a,0.4", "question", "U+0007"),
        ("q,a\x1b[31m,0.4", "panelist", "U+001B"),
    ],
)
def test_digits_of_other_scripts_and_control_characters_are_refused(row, column, said):
    with pytest.raises(Refused) as refused:
        read(f"question,panelist,p\n{row}\n")
    assert refused.value.place == f"panel.csv:2, column '{column}'"
    assert said in refused.value.message


def test_more_intervals_than_can_be_pooled_in_good_time_are_refused_with_their_line(monkeypatch):
    monkeypatch.setattr(panels, "MOST_RANGES", 3)
    rows = "\n".join(f"q{number},a,1,2" for number in range(4))
    with pytest.raises(Refused) as refused:
        read(f"question,panelist,lo,hi\n{rows}\n")
    assert (refused.value.place, refused.value.code) == ("panel.csv:5", "size")
    assert len(read("question,panelist,p\n" + rows.replace(",1,2", ",0.4")).questions) == 4
    monkeypatch.setattr(panels, "MOST_ON_A_RANGE", 2)
    people = "\n".join(f"q,a{number},1,2" for number in range(3))
    with pytest.raises(Refused, match="more than 2 people"):
        read(f"question,panelist,lo,hi\n{people}\n")
