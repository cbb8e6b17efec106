"""CVSS scores that FIRST itself published, and the equations of its specifications written out again."""

from __future__ import annotations

import itertools
import math
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughline.engine.cvss import BadVector, NoVersion, rating, score

# CVSS v2.0, A Complete Guide, section 3.3: base, temporal and environmental scores of three vulnerabilities.
GUIDE_2 = [
    ("AV:N/AC:L/Au:N/C:N/I:N/A:C", 7.8, 7.8),
    ("AV:N/AC:L/Au:N/C:N/I:N/A:C/E:F/RL:OF/RC:C", 7.8, 6.4),
    ("AV:N/AC:L/Au:N/C:N/I:N/A:C/E:F/RL:OF/RC:C/CDP:N/TD:N/CR:M/IR:M/AR:H", 7.8, 0.0),
    ("AV:N/AC:L/Au:N/C:N/I:N/A:C/E:F/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:H", 7.8, 9.2),
    ("AV:N/AC:L/Au:N/C:C/I:C/A:C/E:F/RL:OF/RC:C", 10.0, 8.3),
    ("AV:N/AC:L/Au:N/C:C/I:C/A:C/E:F/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:L", 10.0, 9.0),
    ("AV:L/AC:H/Au:N/C:C/I:C/A:C", 6.2, 6.2),
    ("AV:L/AC:H/Au:N/C:C/I:C/A:C/E:POC/RL:OF/RC:C", 6.2, 4.9),
    ("AV:L/AC:H/Au:N/C:C/I:C/A:C/E:POC/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:M", 6.2, 7.5),
]
# CVSS v3.0 and v3.1, Examples: the base scores are the same in both.
EXAMPLES_3 = [
    ("AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", 6.1),  # CVE-2013-1937
    ("AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N", 6.4),  # CVE-2013-0375
    ("AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N", 3.1),  # CVE-2014-3566
    ("AV:N/AC:L/PR:L/UI:N/S:C/C:H/I:H/A:H", 9.9),  # CVE-2012-1516
    ("AV:L/AC:L/PR:H/UI:N/S:U/C:L/I:L/A:L", 4.2),  # CVE-2009-0783
    ("AV:N/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H", 8.8),  # CVE-2012-0384
    ("AV:L/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H", 7.8),  # CVE-2015-1098
    ("AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N", 7.5),  # CVE-2014-0160
    ("AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 9.8),  # CVE-2014-6271
    ("AV:N/AC:H/PR:N/UI:N/S:C/C:N/I:H/A:N", 6.8),  # CVE-2008-1447
    ("AV:P/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 6.8),  # CVE-2014-2005
    ("AV:N/AC:L/PR:N/UI:N/S:C/C:L/I:N/A:N", 5.8),  # CVE-2010-0467
    ("AV:A/AC:L/PR:N/UI:N/S:C/C:H/I:N/A:H", 9.3),  # CVE-2013-6014
    ("AV:N/AC:L/PR:L/UI:R/S:C/C:L/I:L/A:N", 5.4),  # CVE-2014-9253
    ("AV:P/AC:L/PR:N/UI:N/S:U/C:N/I:H/A:N", 4.6),  # CVE-2014-2019
]
# CVSS v4.0, Examples: base (B), with threat (BT) and with environmental metrics (BE).
EXAMPLES_4 = [
    ("AV:L/AC:L/AT:P/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 7.3, 7.3),
    ("AV:N/AC:L/AT:P/PR:N/UI:P/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 7.7, 7.7),
    ("AV:N/AC:L/AT:P/PR:N/UI:P/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/E:U", 7.7, 5.2),
    ("AV:N/AC:L/AT:P/PR:N/UI:N/VC:H/VI:L/VA:L/SC:N/SI:N/SA:N", 8.3, 8.3),
    (
        "AV:N/AC:L/AT:P/PR:N/UI:N/VC:H/VI:L/VA:L/SC:N/SI:N/SA:N/CR:H/IR:L/AR:L/MAV:N/MAC:H/MVC:H/MVI:L/MVA:L",
        8.3,
        8.1,
    ),
    ("AV:L/AC:L/AT:N/PR:N/UI:A/VC:L/VI:N/VA:N/SC:N/SI:N/SA:N", 4.6, 4.6),
    ("AV:N/AC:L/AT:N/PR:N/UI:A/VC:N/VI:N/VA:N/SC:L/SI:L/SA:N", 5.1, 5.1),
    ("AV:L/AC:L/AT:N/PR:H/UI:N/VC:N/VI:N/VA:N/SC:H/SI:N/SA:N", 5.9, 5.9),
    ("AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H/E:A", 10.0, 10.0),
]


@pytest.mark.parametrize(("vector", "base", "overall"), GUIDE_2)
def test_the_scores_of_the_guide_to_version_2(vector, base, overall):
    found = score(vector)
    assert (found.version, found.base, found.overall) == ("2.0", base, overall)


@pytest.mark.parametrize("version", ["3.0", "3.1"])
@pytest.mark.parametrize(("metrics", "base"), EXAMPLES_3)
def test_the_scores_of_the_examples_of_version_3(version, metrics, base):
    found = score(f"CVSS:{version}/{metrics}")
    assert (found.version, found.base, found.overall) == (version, base, base)


@pytest.mark.parametrize(("metrics", "base", "overall"), EXAMPLES_4)
def test_the_scores_of_the_examples_of_version_4(metrics, base, overall):
    found = score(f"CVSS:4.0/{metrics}")
    assert (found.version, found.base, found.overall) == ("4.0", base, overall)


WEIGHTS_3 = {
    "AV": {"N": 0.85, "A": 0.62, "L": 0.55, "P": 0.2},
    "AC": {"L": 0.77, "H": 0.44},
    "UI": {"N": 0.85, "R": 0.62},
    "S": {"U": 0, "C": 1},
    **{key: {"H": 0.56, "L": 0.22, "N": 0.0} for key in "CIA"},
    **{key: {"X": 1.0, "H": 1.5, "M": 1.0, "L": 0.5} for key in ["CR", "IR", "AR"]},
    "E": {"X": 1.0, "H": 1.0, "F": 0.97, "P": 0.94, "U": 0.91},
    "RL": {"X": 1.0, "U": 1.0, "W": 0.97, "T": 0.96, "O": 0.95},
    "RC": {"X": 1.0, "C": 1.0, "R": 0.96, "U": 0.92},
}
PRIVILEGES = {"U": {"N": 0.85, "L": 0.62, "H": 0.27}, "C": {"N": 0.85, "L": 0.68, "H": 0.5}}
BASE_3 = ("AV", "AC", "PR", "UI", "S", "C", "I", "A")


def rounded_up(value: float) -> float:
    """CVSS v3.1, appendix A."""
    whole = round(value * 100_000)
    return whole / 100_000 if whole % 10_000 == 0 else (whole // 10_000 + 1) / 10


def weight(name: str, metrics: dict[str, str], *, modified: bool = False) -> float:
    used = {**metrics, **{n: metrics.get(f"M{n}", "X") for n in BASE_3 if metrics.get(f"M{n}", "X") != "X"}}
    value = (used if modified else metrics).get(name, "X")
    scope = (used if modified else metrics)["S"]
    if name == "PR":
        return PRIVILEGES[scope][value]
    # A physical attack weighs 0.2, written out because it is the figure that implementations get wrong.
    return WEIGHTS_3[name][value]


def exploitability(metrics: dict[str, str], *, modified: bool) -> float:
    return 8.22 * math.prod(weight(name, metrics, modified=modified) for name in ("AV", "AC", "PR", "UI"))


def base_3(metrics: dict[str, str]) -> float:
    """CVSS v3.1, section 7.1."""
    iss = 1 - math.prod(1 - weight(name, metrics) for name in "CIA")
    changed = metrics["S"] == "C"
    impact = 7.52 * (iss - 0.029) - 3.25 * (iss - 0.02) ** 15 if changed else 6.42 * iss
    together = impact + exploitability(metrics, modified=False)
    return 0.0 if impact <= 0 else rounded_up(min((1.08 if changed else 1) * together, 10))


def environmental_31(metrics: dict[str, str]) -> float:
    """CVSS v3.1, sections 7.2 and 7.3."""
    parts = (1 - weight(f"{n}R", metrics) * weight(n, metrics, modified=True) for n in "CIA")
    miss = min(1 - math.prod(parts), 0.915)
    changed = (metrics.get("MS", "X") if metrics.get("MS", "X") != "X" else metrics["S"]) == "C"
    impact = 7.52 * (miss - 0.029) - 3.25 * (miss * 0.9731 - 0.02) ** 13 if changed else 6.42 * miss
    if impact <= 0:
        return 0.0
    together = (1.08 if changed else 1) * (impact + exploitability(metrics, modified=True))
    temporal = math.prod(weight(name, metrics) for name in ("E", "RL", "RC"))
    return rounded_up(rounded_up(min(together, 10)) * temporal)


def written(metrics: dict[str, str]) -> str:
    return "/".join(f"{name}:{value}" for name, value in metrics.items())


def test_every_base_vector_of_version_3_scores_as_its_equations_say():
    choices = [
        ("N", "A", "L", "P"),
        ("L", "H"),
        ("N", "L", "H"),
        ("N", "R"),
        ("U", "C"),
        *[("H", "L", "N")] * 3,
    ]
    wrong = []
    for values in itertools.product(*choices):
        metrics = dict(zip(BASE_3, values, strict=True))
        if score(f"CVSS:3.1/{written(metrics)}").base != base_3(metrics):
            wrong.append(metrics)
    assert not wrong


def one_of(name: str) -> st.SearchStrategy[str]:
    return st.sampled_from("NLH" if name == "PR" else sorted(WEIGHTS_3[name]))


FULL_3 = st.fixed_dictionaries(
    {
        **{name: one_of(name) for name in BASE_3},
        **{name: one_of(name) for name in ("E", "RL", "RC", "CR", "IR", "AR")},
        **{f"M{name}": st.one_of(st.just("X"), one_of(name)) for name in BASE_3},
    }
)


@given(FULL_3)
def test_a_vector_with_environmental_metrics_scores_as_the_equations_of_3_1_say(metrics):
    modifying = [name for name in metrics if name.startswith("M") or name in ("CR", "IR", "AR")]
    if all(metrics[name] == "X" for name in modifying):
        metrics = {**metrics, "CR": "H"}
    assert score(f"CVSS:3.1/{written(metrics)}").overall == environmental_31(metrics)


def test_temporal_metrics_alone_multiply_the_base_score():
    found = score("CVSS:3.1/AV:N/AC:L/PR:H/UI:N/S:U/C:L/I:L/A:N/E:F/RL:X")
    assert (found.base, found.overall) == (3.8, 3.7)


def test_the_two_third_versions_differ_where_impact_is_modified():
    metrics = "AV:N/AC:L/PR:H/UI:N/S:C/C:H/I:H/A:H/CR:M/MS:C/MAC:H"
    assert score(f"CVSS:3.0/{metrics}").overall != score(f"CVSS:3.1/{metrics}").overall


@pytest.mark.parametrize(
    ("value", "version", "severity"),
    [
        (0.0, "3.1", 0),
        (0.1, "3.1", 1),
        (3.9, "4.0", 1),
        (4.0, "4.0", 2),
        (6.9, "3.0", 2),
        (7.0, "3.0", 3),
        (8.9, "", 3),
        (9.0, "", 4),
        (0.0, "2.0", 1),
        (6.9, "2.0", 2),
        (7.0, "2.0", 3),
        (10.0, "2.0", 3),
    ],
)
def test_the_rating_of_a_score_is_that_of_its_version(value, version, severity):
    assert rating(value, version) == severity


def test_the_severity_of_a_vector_rates_its_overall_score():
    assert score("CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:P/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/E:U").severity == 2


@pytest.mark.parametrize(
    ("vector", "version"),
    [
        ("AV:N/AC:L/Au:N/C:C/I:C/A:C", "2.0"),
        ("(AV:N/AC:L/Au:N/C:C/I:C/A:C)", "2.0"),
        ("CVSS2#AV:N/AC:L/Au:N/C:C/I:C/A:C", "2.0"),
        ("CVSS:2.0/AV:N/AC:L/Au:N/C:C/I:C/A:C", "2.0"),
        ("AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", "4.0"),
    ],
)
def test_the_metrics_decide_the_version_where_only_one_has_them(vector, version):
    assert score(vector).version == version


def test_without_a_prefix_nothing_decides_between_the_two_third_versions():
    with pytest.raises(NoVersion, match=r"write CVSS:3\.1/ or CVSS:3\.0/ in front"):
        score("AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H")


@pytest.mark.parametrize(
    ("vector", "message"),
    [
        ("CVSS:3.1/AV:Z/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "AV has no value 'Z': it is N, A, L or P"),
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H", "A missing"),
        ("CVSS:3.1/AV:N/AC:L/Au:N/C:P/I:P/A:P", "CVSS 3.1 has no metric 'Au'"),
        ("CVSS:3.1/AV:N/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "AV is there twice"),
        ("CVSS:3.1/AV:N/ACL/PR:N/UI:N/S:U/C:H/I:H/A:H", "'ACL' is no metric with its value such as AV:N"),
        ("CVSS:4.0/AV:N/AC:L", "AT, PR, UI, VC, VI, VA, SC, SI, SA missing"),
        ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:R/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", "UI has no value 'R'"),
        ("CVSS:5.0/AV:N", "there is no version '5.0'"),
        ("AV:N/AC:L/Au:X/C:P/I:P/A:P", "Au has no value 'X': it is M, S or N"),
        ("high", "begins with its version"),
        ("", "begins with its version"),
    ],
)
def test_a_wrong_vector_is_refused_by_the_name_of_its_metric(vector, message):
    with pytest.raises(BadVector) as refused:
        score(vector)
    assert message in str(refused.value)


@given(st.text(alphabet="CVSS:3.1/4.02AVNLPHTUIRXau#() \n", max_size=80))
def test_any_text_is_scored_or_refused(text):
    with suppress(BadVector):
        found = score(text)
        assert 0 <= found.base <= 10
        assert 0 <= found.overall <= 10
