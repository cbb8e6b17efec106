"""Rules that decide: tried on the past, kept in versions, named in every decision, taken back by people."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta

import pytest
from django.http import Http404
from tests.sources.scans.flagged import MONDAY, Flag, scan

from throughline.engine.refusals import Refused
from throughline.engine.triage import Pattern, Rule, deciding, ordered
from throughline.vulnerabilities import bulk, rules
from throughline.vulnerabilities.actions import triage, undo
from throughline.vulnerabilities.models import Event, TriageRule, Vulnerability
from throughline.vulnerabilities.queries import history
from throughline.vulnerabilities.rules import Terms

TEST, CODE = Flag(file="tests/test_pay.py", rule="B101"), Flag(file="src/pay.py", rule="B101")
ASSERTS = Terms(
    name="Asserts in tests",
    pattern=Pattern(source="Bandit", rule="B101", path="tests/**"),
    state="false positive",
    reason="tests may assert",
)
LATER = MONDAY + timedelta(days=30)


@pytest.fixture
def ada(django_user_model):
    return django_user_model.objects.create_user("ada@example.org", "Ada", role="manager")


@pytest.mark.parametrize(
    ("path", "fits", "fits_not"),
    [
        ("tests/**", ["tests/a.py", "./tests/x/b.py"], ["src/tests/a.py", "tests.py"]),
        ("**/tests/**", ["tests/a.py", "src/tests/a.py"], ["src/testing/a.py"]),
        ("src/*.py", ["src/a.py"], ["src/x/a.py"]),
        ("src/", ["src/x/a.py"], ["lib/src.py"]),
        ("src/?.py", ["src/a.py"], ["src/ab.py"]),
        ("src\\lib\\*", ["src/lib/a.c", "C:\\src\\lib\\a.c"], ["src/lib/x/a.c"]),
        ("a.b", ["a.b"], ["axb"]),
        ("**/*.py", ["a.py", "x/a.py.py"], ["a.py/b"]),
        ("a/**/b*c", ["a/bc", "a/bx/y/bxc"], ["a/b/c"]),
    ],
)
def test_a_path_is_written_as_people_write_globs(path, fits, fits_not):
    pattern = Pattern(path=path)
    assert [pattern.fits({"file": file}) for file in fits] == [True] * len(fits)
    assert [pattern.fits({"file": file}) for file in fits_not] == [False] * len(fits_not)


@pytest.mark.parametrize(
    ("pattern", "values"),
    [
        (Pattern(rule="*a" * 11 + "*b"), {"rule": "a" * 200}),
        (Pattern(path="**/a/" * 5 + "**/b"), {"file": "a/" * 240}),
        (Pattern(path="*a" * 11 + "*/b"), {"file": "a" * 490}),
        (Pattern(path="**/" + "*a" * 8 + "*b"), {"file": "a" * 490}),
    ],
)
def test_no_text_takes_long_to_be_compared_with_a_pattern(pattern, values):
    began = time.process_time()
    assert not pattern.fits(values)
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    ("wanted", "fits", "fits_not"),
    [
        ("a*b", ["ab", "axbxb"], ["abx", "xab"]),
        ("*-b?", ["a-b1-b2", "-b1"], ["a-b", "a-b12"]),
        ("*", ["", "a"], []),
    ],
)
def test_a_check_is_written_with_stars_and_question_marks(wanted, fits, fits_not):
    pattern = Pattern(source="s", rule=wanted)
    assert [pattern.fits({"source": "s", "rule": rule}) for rule in fits] == [True] * len(fits)
    assert [pattern.fits({"source": "s", "rule": rule}) for rule in fits_not] == [False] * len(fits_not)


def test_the_most_specific_rule_decides():
    wide = Rule(1, 1, "all", Pattern(source="Bandit"), "out of scope", "not ours")
    narrow = Rule(2, 1, "asserts", Pattern(source="Bandit", rule="B101"), "false positive", "tests")
    found = deciding(ordered([wide, narrow]), {"state": "potential", "source": "Bandit", "rule": "B101"})
    assert found is narrow


def test_what_somebody_decided_no_rule_decides_again():
    everything = [Rule(1, 1, "all", Pattern(source="*"), "out of scope", "")]
    assert deciding(everything, {"state": "confirmed", "source": "a"}) is None
    assert deciding(everything, {"state": "potential", "source": "a", "triaged_at": "2026-01-01"}) is None


@pytest.mark.django_db
class TestOnTheRecord:
    @pytest.fixture(autouse=True)
    def every_row_follows_from_its_history(self):
        yield
        assert list(bulk.unlike_their_history()) == []

    def test_a_rule_decides_about_what_comes_in_and_is_named_in_its_history(self, ada):
        rules.save(ada, ASSERTS, now=MONDAY)
        scan(TEST, CODE)
        decided = Vulnerability.objects.get(file="tests/test_pay.py")
        assert (decided.state, decided.state_reason) == ("false positive", "tests may assert")
        assert Vulnerability.objects.get(file="src/pay.py").state == "potential"
        assert history(decided)[0].who == "rule 'Asserts in tests (version 1)'"

    def test_a_rule_for_a_register_decides_about_its_potential_rows(self, ada):
        from io import BytesIO

        from throughline.sources.actions import import_file
        from throughline.sources.wishes import Wish

        rules.save(ada, replace(ASSERTS, pattern=Pattern(path="tests/**")), now=MONDAY)
        content = b"id,file,state\nA,tests/a.py,potential\nB,tests/b.py,confirmed\n"
        import_file(BytesIO(content), name="register.csv", wish=Wish(), actor="test", now=MONDAY)
        states = dict(Vulnerability.objects.values_list("key", "state"))
        assert states == {"A": "false positive", "B": "confirmed"}

    def test_its_decision_outlives_later_reports(self, ada):
        rules.save(ada, ASSERTS, now=MONDAY)
        scan(TEST)
        scan(replace(TEST, line=99), week=1)
        assert Vulnerability.objects.get().state == "false positive"

    def test_a_preview_says_what_people_decided_about_the_same(self, ada):
        scan(TEST, replace(TEST, file="tests/test_b.py"), replace(TEST, file="tests/test_c.py"), CODE)
        real, wrong = Vulnerability.objects.filter(file__startswith="tests/").order_by("file")[:2]
        triage(ada, [real.pk], "confirmed", now=LATER)
        triage(ada, [wrong.pk], "false positive", reason="a test", now=LATER)
        seen = rules.tried(ada, ASSERTS)
        assert (seen.past.fit, seen.past.confirmed, seen.past.agreed, seen.past.undecided) == (3, 1, 1, 1)
        assert seen.past.sentence == (
            "It would have decided 3, of which people later confirmed 1 and judged 1 the same way."
        )
        assert Event.objects.filter(action="triaged by rule").count() == 0

    def test_applied_to_what_waits_it_leaves_the_decisions_of_people_alone(self, ada):
        scan(TEST, replace(TEST, file="tests/test_b.py"))
        first = Vulnerability.objects.get(file="tests/test_b.py")
        triage(ada, [first.pk], "confirmed", now=LATER)
        version = rules.save(ada, ASSERTS, now=LATER)
        assert rules.apply(ada, version, now=LATER) == 1
        assert Vulnerability.objects.get(file="tests/test_b.py").state == "confirmed"

    def test_a_decision_that_a_person_takes_back_is_not_made_again(self, ada):
        version = rules.save(ada, ASSERTS, now=MONDAY)
        scan(TEST)
        found = Vulnerability.objects.get()
        undo(ada, [found.pk], now=LATER)
        found.refresh_from_db()
        assert (found.state, found.triaged_at) == ("potential", None)
        assert rules.apply(ada, version, now=LATER) == 0

    def test_a_changed_rule_is_a_new_version_and_the_old_one_stays(self, ada):
        first = rules.save(ada, ASSERTS, now=MONDAY)
        second = rules.save(ada, replace(ASSERTS, reason="tests do"), now=LATER, rule=first.rule)
        assert [v.reason for v in TriageRule.objects.get().versions.all()] == ["tests do", "tests may assert"]
        assert [rule.version for rule in rules.rules_in_force()] == [second.number]

    def test_a_rule_that_is_off_decides_nothing(self, ada):
        version = rules.save(ada, ASSERTS, now=MONDAY)
        rules.switch(ada, version.rule_id, on=False, now=MONDAY)
        scan(TEST)
        assert Vulnerability.objects.get().state == "potential"

    def test_an_accepting_rule_ends_its_acceptance(self, ada):
        accept = replace(ASSERTS, state="accepted", days=90)
        rules.save(ada, accept, now=MONDAY)
        scan(TEST)
        assert Vulnerability.objects.get().accepted_until == MONDAY + timedelta(days=90)

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ({"pattern": Pattern()}, "what the rule is about"),
            ({"pattern": Pattern(path="**")}, "what the rule is about"),
            ({"name": " "}, "Name the rule"),
            ({"reason": ""}, "Say why"),
            ({"state": "potential"}, "what the findings become"),
            ({"days": 5}, "only given where the risk is accepted"),
            ({"pattern": Pattern(path="a*" * 20)}, "At most 12"),
        ],
    )
    def test_a_rule_that_says_too_little_is_refused(self, ada, change, said):
        with pytest.raises(Refused, match=said):
            rules.save(ada, replace(ASSERTS, **change), now=MONDAY)

    def test_only_managers_make_rules(self, django_user_model):
        max = django_user_model.objects.create_user("max@example.org", "Max", role="member")
        with pytest.raises(Http404):
            rules.save(max, ASSERTS, now=MONDAY)
