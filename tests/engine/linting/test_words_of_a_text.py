"""Each rule on a text, with words that it finds and words that it lets pass."""

from __future__ import annotations

import pytest

from throughline.engine.linting import RULES, lint_objective, lint_text

FOUND = [
    ("D2", "error", "Launch the new website", "Launch the new website"),
    ("D2", "error", "Reduce P1 tickets", "Reduce P1 tickets"),
    ("D2", "error", "Work done in Q3 on TLS 1.3", "Work done in Q3 on TLS 1.3"),
    ("D2", "error", "Hire engineers", "Hire engineers"),
    ("D2", "error", "Our platform supports the business", "Our platform supports the business"),
    ("D5", "error", "Raise coverage from X% to Y%", "X%"),
    ("D5", "error", "Ship N features", "N"),
    ("D5", "error", "Sales pipeline of $X", "$X"),
    ("D5", "error", "Cut alerts by TBD", "TBD"),
    ("D5", "error", "Reduce flaws by a certain percentage", "certain"),
    ("D6", "error", "Decrease restarts by 50%", "50%"),
    ("D6", "error", "Cut the bill in half", "half"),
    ("D6", "warning", "Cut the bill by 20% this quarter", "20%"),
    ("D6", "warning", "Raise coverage by 10% in Q2", "10%"),
    ("D6", "error", "Rework the trial, driving at least $500k in new revenue", "driving"),
    ("D7", "warning", "Reduce follow-up time from 72h to 24h", "time"),
    ("D11", "error", "Improve sign-ups", "Improve"),
    ("D11", "error", "Optimize 5 pipelines", "Optimize"),
    ("D11", "error", "Support the sales team", "Support"),
    ("D11", "error", "Bring MTTR to 4 hours and improve team morale", "improve"),
    ("D12", "error", "Deliver a robust pipeline by 3 May", "robust"),
    ("D12", "error", "process is documented", "documented"),
    ("D12", "error", "Complete most of the migration by 3 May", "most"),
    ("D12", "error", "The team has no blockers", "blockers"),
    ("D12", "warning", "Hire 4 strong engineers", "strong"),
    ("D13", "warning", "Conduct 3 reviews", "Conduct"),
    ("D14", "warning", "Rotate all root credentials", "all"),
    ("D14", "warning", "Keys for 100% of administrators", "100%"),
    ("D15", "error", "Encrypt 5 services where possible", "where possible"),
    ("D15", "error", "Hire, or have candidates for, > 75% of positions", "or have"),
    ("D15", "error", "Reach about 50 integrations", "about 50"),
    ("D16", "warning", "Train 40 people on secrets, privacy, etc.", "etc."),
    ("D17", "warning", "Source 150 candidates and hire 3 developers", "3"),
    ("D18", "error", "Meet our vulnerability SLAs", "SLAs"),
    ("D18", "error", "Improve key metrics", "metrics"),
    ("D19", "error", "Lower the number of undetected intrusions to 3", "undetected"),
    ("D19", "error", "Reduce potential attack paths by 3 May", "potential"),
    ("D19", "error", "Prevent data breaches", "Prevent"),
    ("D20", "error", "Merge rate rises to 10~12", "10~12"),
    ("D20", "error", "Have 3–5 services onboarded", "3–5"),
    ("D21", "error", "Find a better name", "better"),
    ("D21", "error", "Fewer security incidents", "Fewer"),
    ("D22", "warning", "Plan approved by the board on 3 May", "approved"),
    ("D31", "warning", "Launch Foo 4.1", "Foo"),
]

PASSED = [
    ("D2", "Launch Foo 4.1"),
    ("D2", "Publish the RFC on multi-region writes"),
    ("D2", "Every team runs a game day"),
    ("D2", "Admins can revoke a token"),
    ("D2", "Secret scanning is enabled by default"),
    ("D2", "The gate rejects unsigned images"),
    ("D2", "Hire a security engineer"),
    ("D5", "Raise coverage from 40% to 60%"),
    ("D5", "Get 3 posts on X"),
    ("D6", "Cut restarts from 40 to 20"),
    ("D6", "Availability of 99.9%"),
    ("D7", "Reduce median follow-up time from 72h to 24h"),
    ("D7", "Uptime of 99.9%"),
    ("D11", "Improve daily sign-ups by 25 percent by May 1"),
    ("D11", "Ship Foo 4.1 to support the sales team"),
    ("D11", "Improve corporate security. Every pipeline validates permissions."),
    ("D12", "Make the shop ready for critical customers (99.95% availability)"),
    ("D12", "Rotate all keys used for key management"),
    ("D12", "All critical vulnerabilities are patched"),
    ("D13", "Publish 3 reviews"),
    ("D14", "Rotate 40 root credentials"),
    ("D15", "Encrypt 5 services"),
    ("D15", "Write the blog post about 3 incidents"),
    ("D16", "Train 40 people on secrets and privacy"),
    ("D17", "Cut restarts from 40 to 20"),
    ("D17", "Keep the queue between 10 and 20"),
    ("D18", "Reach 120% of plan"),
    ("D18", "Publish the plan for 2027"),
    ("D19", "Reduce the number of unidentified devices from 5 to 0"),
    ("D19", "Contact 30 potential customers"),
    ("D20", "Merge rate rises from 10 to 12"),
    ("D20", "Keep the queue between 10 and 20"),
    ("D21", "More than 40 teams use the editor"),
    ("D21", "Ship more releases than last quarter"),
    ("D22", "Plan published on 3 May"),
    ("D31", "Launch the public search of advisories, Foo 4.1, to customers"),
]

ON_TEXTS = {rule for rule, *_ in FOUND}


@pytest.mark.parametrize(("rule", "severity", "text", "words"), FOUND)
def test_a_rule_finds_the_words_at_fault(rule, severity, text, words):
    found = [each for each in lint_text(text).findings if each.rule == rule]
    assert [(each.severity, text[slice(*each.span)]) for each in found][:1] == [(severity, words)]


@pytest.mark.parametrize(("rule", "text"), PASSED)
def test_a_rule_lets_pass_what_is_sound(rule, text):
    assert rule not in {each.rule for each in lint_text(text).findings}


def test_every_rule_on_a_text_is_shown_to_find_and_to_let_pass():
    assert {rule for rule, _ in PASSED} == ON_TEXTS


@pytest.mark.parametrize(("rule", "severity", "text", "words"), FOUND)
def test_a_finding_names_what_it_is_about_and_a_way_to_mend_it(rule, severity, text, words):
    for found in lint_text(text).findings:
        assert found.rule in RULES
        assert found.message[-1] in ".?"
        assert found.suggestion.endswith(".")
        assert found.rule == "D2" or text[slice(*found.span)] in found.message


def test_an_objective_is_asked_for_no_figure_and_told_where_one_belongs():
    assert lint_objective("Our customers can trust every release").findings == ()
    [found] = lint_objective("Cut incidents to 12 a year").findings
    assert (found.rule, found.severity) == ("D28", "warning")
    assert "12" in found.message


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("Keep CSAT above 9", "decidable"),
        ("Reduce service cost by 5%", "untracked"),
        ("Improve application performance", "undecidable"),
        ("Improve X% of the pages, where possible", "undecidable"),
        ("", "undecidable"),
        ("   ", "undecidable"),
        ("…", "undecidable"),
    ],
)
def test_the_verdict_follows_from_the_errors(text, verdict):
    assert lint_text(text).verdict == verdict


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("Time to hire from 60 → 35 days", "Time to hire from 60 > 35 days"),
        ("Have 3–5 services onboarded", "Have 3-5 services onboarded"),
        ("Don’t exceed 5 pages", "Don't exceed 5 pages"),
        ("Coverage at least 95 %", "Coverage at least 95 %"),
        ("Coverage ≥ 95％", "Coverage ≥ 95%"),
    ],
)
def test_typographic_signs_are_read_as_plain_ones(typed, plain):
    assert lint_text(typed).verdict == lint_text(plain).verdict
    rules = [[found.rule for found in lint_text(text).findings] for text in (typed, plain)]
    assert rules[0] == rules[1]
