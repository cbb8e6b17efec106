"""What the rules are worth on labelled key results: precision and recall of "decidable", three ways."""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from collections.abc import Mapping, Set
from pathlib import Path
from statistics import median

import pytest

from throughline.engine.linting import lint_text, words
from throughline.engine.linting.targets import targets
from throughline.engine.linting.text import _linted

HERE = Path(__file__).parent
LABELS = {"+": "decidable", "-": "undecidable", "~": "untracked"}
OWN = ["examples.txt", "more_examples.txt", "last_examples.txt"]


def own(name: str) -> list[tuple[str, str]]:
    lines = (HERE / name).read_text().splitlines()
    return [(line[2:].strip(), LABELS[line[0]]) for line in lines if line[:2] in ("+ ", "- ", "~ ")]


def scores(examples: list[tuple[str, str]]) -> tuple[float, float, Counter[tuple[str, str]]]:
    table = Counter((label, lint_text(text).verdict) for text, label in examples)
    hits = table["decidable", "decidable"]
    said = sum(count for (_, verdict), count in table.items() if verdict == "decidable")
    true = sum(count for (label, _), count in table.items() if label == "decidable")
    return hits / said, hits / true, table


@pytest.fixture(scope="module")
def published(shared_data) -> list[tuple[str, str]]:
    examples = json.loads((shared_data / "kr_examples_dev.json").read_text())
    return [(example["text"], example["label"]) for example in examples]


def test_published_key_results_are_told_apart_with_precision_and_recall_of_nine_tenths(published):
    precision, recall, table = scores(published)
    assert precision >= 0.9
    assert recall >= 0.9
    agreed = sum(count for (label, verdict), count in table.items() if label == verdict)
    assert agreed / len(published) >= 0.9


@pytest.mark.parametrize("name", OWN)
def test_key_results_of_our_own_are_told_apart_too(name):
    precision, recall, table = scores(own(name))
    assert precision >= 0.9
    assert recall >= 0.9
    assert table.total() >= 80


def test_words_that_only_one_example_uses_do_not_carry_the_result(published):
    """As if each example were new: its own words of ours, found in no other example, are made meaningless."""
    everything = [*published, *(example for name in OWN for example in own(name))]
    uses = Counter(word for text, _ in everything for word in set(WORD.findall(text.lower())))
    known = _classed_words()

    def estranged(text: str) -> str:
        only_here = {word for word in WORD.findall(text.lower()) if uses[word] == 1 and word in known}
        return WORD.sub(lambda match: "zorp" if match[0].lower() in only_here else match[0], text)

    precision, recall, _ = scores([(estranged(text), label) for text, label in published])
    assert precision >= 0.9
    assert recall >= 0.9


WORD = re.compile(r"[A-Za-z][A-Za-z'-]*")


def _classed_words() -> set[str]:
    classes = [each for name, each in vars(words).items() if name.isupper() and name != "IRREGULAR"]
    return {
        word for each in classes if isinstance(each, Set | Mapping) for word in each if isinstance(word, str)
    }


def test_every_rule_that_decides_was_of_use_to_more_than_one_example(published):
    everything = [*published, *(example for name in OWN for example in own(name))]
    uses = Counter(
        rule for text, _ in everything for rule in {found.rule for found in lint_text(text).findings}
    )
    assert [rule for rule, count in uses.items() if count < 2] == []


def test_an_answer_comes_between_two_keystrokes(published):
    def seconds(text: str) -> float:
        _linted.cache_clear()
        targets.cache_clear()
        start = time.process_time()
        lint_text(text)
        return time.process_time() - start

    assert median(seconds(text) for text, _ in published) < 0.005
