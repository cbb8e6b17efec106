"""`throughline risk curve`: the shape of its answer, its known answers, and every kind of bad input."""

import json
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from throughline.cli import main
from throughline.engine import severities
from throughline.plans.format.problems import Problems
from throughline.risk.curve_files import read_scenarios
from throughline.risk.curve_schemas import input_schema, output_schema, schema_text

DOCS = Path(__file__).resolve().parents[2] / "docs"
INPUT = jsonschema.Draft202012Validator(input_schema())
OUTPUT = jsonschema.Draft202012Validator(output_schema())
SCENARIO = {"id": "a", "frequency": {"probability": 0.1}, "loss": {"ci90": [100000, 1000000]}}


def asked(document, *words):
    content = document if isinstance(document, str | bytes) else json.dumps(document)
    return CliRunner().invoke(main, ["risk", "curve", "-", *words], input=content)


def answered(document, *words):
    answer = asked(document, "--json", *words)
    assert answer.exit_code == 0, answer.output
    return json.loads(answer.stdout)


def with_(**fields):
    return {"scenarios": [{**SCENARIO, **fields}]}


# The answer


def test_the_answer_has_the_shape_that_is_promised():
    found = answered({"scenarios": [SCENARIO]})
    shape = {"mean", "sd", "quantiles", "tvar", "exceedance", "scenarios", "formula_version"}
    assert set(found) == shape
    assert list(found["quantiles"]) == ["0.5", "0.9", "0.95", "0.99", "0.999"]
    assert list(found["tvar"]) == ["0.95", "0.99"]
    assert found["scenarios"] == [{"id": "a", "mean": found["mean"], "tvar_share": 1.0}]
    OUTPUT.validate(found)


def test_one_scenario_of_one_event_is_answered_from_its_closed_form(shared_data):
    cases = json.loads((shared_data / "risk_known_answers_dev.json").read_text())["cases"]
    case = next(each for each in cases if each["id"] == "RK07")
    given, expected = case["inputs"], case["expected"]
    document = with_(frequency={"probability": given["p"]}, loss={"ci90": [given["q05"], given["q95"]]})
    found = answered(document)
    assert [found["quantiles"][str(each)] for each in given["levels"]] == pytest.approx(
        expected["var"], rel=1e-9
    )
    assert list(found["tvar"].values()) == pytest.approx(expected["tvar"][:2], rel=1e-9)


def test_five_scenarios_have_the_reference_figures_at_exactly_the_losses_asked(shared_data):
    cases = json.loads((shared_data / "risk_known_answers_dev.json").read_text())["cases"]
    case = next(each for each in cases if each["id"] == "RK11")
    rows = case["inputs"]["scenarios"]
    document = {
        "scenarios": [
            {
                "id": f"s{number}",
                "frequency": {"rate": row["rate"]},
                "loss": {"ci90": [row["q05"], row["q95"]]},
            }
            for number, row in enumerate(rows)
        ]
    }
    losses = case["inputs"]["thresholds"]
    turned = [losses[3], *losses[:3]]
    found = answered(document, *(word for loss in turned for word in ("--at", str(loss))))
    assert [point["loss"] for point in found["exceedance"]] == turned
    told = [point["probability"] for point in found["exceedance"]]
    expected = case["expected"]["exceedance"]
    assert told == pytest.approx([expected[3], *expected[:3]], abs=1e-6)
    assert found["mean"] == pytest.approx(case["expected"]["mean"])
    assert sum(each["tvar_share"] for each in found["scenarios"]) == pytest.approx(1)


def test_the_return_on_a_control_is_a_difference_of_two_answers(shared_data):
    cases = json.loads((shared_data / "risk_known_answers_dev.json").read_text())["cases"]
    case = next(each for each in cases if each["id"] == "RK17")
    means = {
        when: answered(
            with_(
                frequency={"probability": case["inputs"][when]["p"]},
                loss={"ci90": [case["inputs"][when]["q05"], case["inputs"][when]["q95"]]},
            )
        )["mean"]
        for when in ("current", "residual")
    }
    reduction = means["current"] - means["residual"]
    assert reduction == pytest.approx(case["expected"]["reduction"], rel=1e-9)
    cost = case["inputs"]["cost"]
    assert (reduction - cost) / cost == pytest.approx(case["expected"]["roi"], rel=1e-9)


def test_a_curve_without_losses_asked_goes_from_the_likely_to_the_rare_in_round_amounts():
    points = answered({"scenarios": [SCENARIO]})["exceedance"]
    assert len(points) == 8
    chances = [point["probability"] for point in points]
    assert chances == sorted(chances, reverse=True)
    assert chances[-1] < 0.001 < chances[0]


def test_every_kind_of_frequency_and_loss_is_read():
    losses = [
        {"ci90": [1e4, 1e6], "cap": 5e5, "retention": 1e4},
        {"pert": [0, 1e4, 1e5]},
        {"quantiles": {"0.1": 1e4, "0.5": 5e4, "0.9": 2e5}},
        {"exponential": 1e5},
        {"fixed": 2e4},
    ]
    frequencies = [
        {"probability": 0.1, "per": "month"},
        {"rate": 2, "per": "quarter"},
        {"rate_90ci": [0.1, 2]},
        {"probability": 1},
        {"rate": 0},
    ]
    rows = [
        {"id": f"s{number}", "frequency": often, "loss": much}
        for number, (often, much) in enumerate(zip(frequencies, losses, strict=True))
    ]
    panel = {"id": "p", "panel": [{"weight": 2, **rows[0]}, {**rows[1]}]}
    for each in panel["panel"]:
        del each["id"]
    document = {
        "scenarios": [*rows, panel],
        "appetite": [{"loss": 1e4, "probability": 0.5}, {"loss": 1e6, "probability": 0.1}],
    }
    INPUT.validate(document)
    found = answered(document)
    OUTPUT.validate(found)
    assert found["appetite"]["breaches"][0]["worst"]["probability"] > 0.1


def test_yaml_and_json_say_the_same():
    yaml = "scenarios:\n  - id: a\n    frequency: {probability: 0.1}\n    loss:\n      ci90: [100000, 1e6]\n"
    assert answered(yaml) == answered({"scenarios": [SCENARIO]})
    assert answered(json.dumps({"scenarios": [SCENARIO]}, indent="\t")) == answered(yaml)


def test_a_person_is_shown_the_figures_and_a_curve():
    answer = asked({"scenarios": [SCENARIO, {**SCENARIO, "id": "b", "frequency": {"rate": 2}}]})
    assert answer.exit_code == 0
    for said in (
        "Mean loss of a year",
        "1 % lose more than",
        "Chance of losing more than",
        "█",
        "share of the tail",
    ):
        assert said in answer.output


def test_nothing_that_can_happen_is_an_answer():
    found = answered(with_(frequency={"probability": 0}))
    assert found["mean"] == found["quantiles"]["0.999"] == found["tvar"]["0.99"] == 0
    assert found["scenarios"][0]["tvar_share"] == 0


def test_an_emoji_in_two_halves_is_one_character():
    assert answered(with_(id="\U0001f525 fire"))["scenarios"][0]["id"] == "\U0001f525 fire"


# Bad input

BAD = {
    "40 for 40 %": (
        with_(frequency={"probability": 40}),
        "probability: 40 is no probability: write 0.4 for 40 %",
    ),
    "40%": ("scenarios:\n- {id: a, frequency: {probability: 40%}, loss: {ci90: [1, 2]}}", "write 0.4"),
    "reversed": (with_(loss={"ci90": [5, 1]}), "ci90: the interval is reversed: write [1, 5]"),
    "in words": (
        with_(loss={"ci90": ["five million", 1]}),
        "ci90[0]: expected a number such as 250000, found 'five",
    ),
    "in quotes": (with_(frequency={"rate": "2"}), "'2' in quotes: write 2"),
    "a unit": ("scenarios:\n- {id: a, frequency: {rate: 1}, loss: {fixed: $250000}}", "write 250000"),
    "no scenarios": ({"scenarios": []}, "scenarios: the list is empty"),
    "twice": ({"scenarios": [SCENARIO, SCENARIO]}, "scenarios[1].id: 'a' is the id of line 1 already"),
    "a typo": (with_(frequncy=1), "there is no field 'frequncy' (did you mean frequency?)"),
    "a period": (with_(frequency={"rate": 1, "per": "yaer"}), "found 'yaer' (did you mean year?)"),
    "NaN": ('{"scenarios": [{"id": "a", "frequency": {"rate": NaN}, "loss": {"fixed": 1}}]}', "found 'NaN'"),
    "infinite": ("scenarios:\n- {id: a, frequency: {rate: 1e400}, loss: {fixed: 1}}", "inf is no rate"),
    "huge": (with_(loss={"ci90": [1, 1e300]}), "use a larger unit of money"),
    "negative": (with_(loss={"ci90": [1, 2], "cap": -1}), "cap: -1 is negative"),
    "two ways": (with_(frequency={"rate": 1, "probability": 0.1}), "found probability and rate"),
    "no way": (
        with_(loss={"cap": 5}),
        "expected one of ci90, pert, quantiles, exponential or fixed, found none",
    ),
    "no loss": ({"scenarios": [{"id": "a", "frequency": {"rate": 1}}]}, "there is no loss"),
    "too few": (with_(loss={"pert": [1, 2]}), "the greatest amount, found 2 values"),
    "infinite mean": (with_(loss={"quantiles": {"0.1": 2e4, "0.5": 1e5, "0.9": 9e5}}), "give the loss a cap"),
    "empty panel": ({"scenarios": [{"id": "p", "panel": []}]}, "panel: the list is empty"),
    "weights": ({"scenarios": [{"id": "p", "panel": [{**SCENARIO, "weight": -1}]}]}, "no field 'id'"),
    "an appetite": (
        {
            "scenarios": [SCENARIO],
            "appetite": [{"loss": 1, "probability": 0.1}, {"loss": 2, "probability": 0.2}],
        },
        "accept the larger loss less often",
    ),
    "a list": ([SCENARIO], "expected a mapping with scenarios and appetite, found a list"),
    "nothing": ("", "the file is empty"),
    "no YAML": ('{"scenarios": [', "this is no YAML"),
    "no UTF-8": (b"\xff\xfe", "expected UTF-8"),
    "an alias": ("scenarios: &a\n- *a\n", "the alias *a is not followed"),
    "a control character": (
        '{"scenarios": [{"id": "a\\u0007", "frequency": {"rate": 1}, "loss": {"fixed": 1}}]}',
        "control",
    ),
    "too many": (
        {"scenarios": [{**SCENARIO, "id": str(n)} for n in range(1001)]},
        "at most 1,000, found 1,001",
    ),
    "too large": (b" " * 1_000_001, "at most 1,000,000 bytes"),
}


@pytest.mark.parametrize(("document", "says"), BAD.values(), ids=BAD)
def test_bad_input_is_one_message_with_its_place_and_exit_code_2(document, says):
    answer = asked(document, "--json")
    assert answer.exit_code == 2
    assert answer.stdout == ""
    assert answer.stderr.startswith("Error: standard input:")
    assert says in answer.stderr
    assert "Traceback" not in answer.stderr


def test_everything_that_is_wrong_is_said_at_once_in_the_order_of_the_file():
    rows = [{"id": "a", "frequency": {"rate": -1}, "loss": {"ci90": [5, 1]}}, {"id": "b", "loss": {}}]
    lines = asked(json.dumps({"scenarios": rows}, indent=1)).stderr.splitlines()
    assert [line.split(": ")[-4 if "Error" in line else 1].split(".")[0] for line in lines][1:] == [
        "scenarios[0]",
        "scenarios[1]",
        "scenarios[1]",
    ]
    assert "-1 is no rate" in lines[0]


@pytest.mark.parametrize("said", ["nan", "inf", "-5", "five", "", "1_000", "٣", "1e400"])
def test_a_loss_that_is_none_is_refused(said):
    answer = asked({"scenarios": [SCENARIO]}, "--at", said)
    assert answer.exit_code == 2
    assert "--at: expected a loss as a number of 0 or more" in answer.stderr


def test_a_file_that_is_not_there_is_said_to_be():
    answer = CliRunner().invoke(main, ["risk", "curve", "nowhere.yaml"])
    assert answer.exit_code == 2
    assert "nowhere.yaml" in answer.stderr


@given(st.binary(max_size=200))
def test_no_bytes_at_all_break_the_reader(content):
    with suppress(Problems):
        read_scenarios(content, file="f")


# The published schemas


@pytest.mark.parametrize(
    ("name", "schema"), [("risk-scenarios", input_schema()), ("risk-curve", output_schema())]
)
def test_the_published_copy_is_the_schema(name, schema):
    jsonschema.Draft202012Validator.check_schema(schema)
    assert (DOCS / f"{name}.schema.json").read_text() == schema_text(schema)


NUMBERS = st.one_of(st.sampled_from([0, 1, 0.5, -1, 40, 1e5, 1e16]), st.text("ab", max_size=2), st.none())
FREQUENCY = st.dictionaries(
    st.sampled_from(["probability", "rate", "per", "rates"]),
    st.one_of(NUMBERS, st.sampled_from(["year", "month"])),
    max_size=2,
)
LOSS = st.dictionaries(
    st.sampled_from(["exponential", "fixed", "cap", "retention", "ci"]), NUMBERS, max_size=3
)


@given(FREQUENCY, LOSS, st.sampled_from(["a", "", 3, None]))
@settings(max_examples=300, suppress_health_check=list(HealthCheck))
def test_reader_and_schema_take_the_same(frequency, loss, name):
    document = {"scenarios": [{"id": name, "frequency": frequency, "loss": loss}]}
    try:
        read_scenarios(json.dumps(document).encode(), file="f")
        found = True
    except Problems:
        found = False
    # A name that JSON calls null, YAML reads as the word.
    assert (
        found == INPUT.is_valid({"scenarios": [{**document["scenarios"][0], "id": name or "null"}]})
        or name == ""
    )


def test_the_command_starts_without_django_or_a_data_folder(tmp_path):
    content = json.dumps({"scenarios": [SCENARIO]})
    code = (
        "import sys; from click.testing import CliRunner; from throughline.cli import main; "
        f"answer = CliRunner().invoke(main, ['risk', 'curve', '-'], input={content!r}); "
        "print(answer.exit_code, [name for name in sys.modules if name.startswith(('django', 'scipy'))])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path)
    assert found.stdout.strip() == "0 []", found.stdout + found.stderr
    assert severities.LARGEST == input_schema()["$defs"]["loss"]["properties"]["cap"]["maximum"]
