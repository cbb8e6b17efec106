"""The key results that stand in a file, each with its place: a YAML file, or a text with one a line.

YAML is read as a tree of plain texts: nothing is turned into a number, a date or a yes, and no tag makes an
object. What is a key result is told by where it stands: under `key_results`, or in a list at the top. A plan
file (`kind: Plan`) is such a file; what its fields say on top of its texts is added through `judge`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from throughline.engine.linting import Linted, lint_text
from throughline.engine.refusals import Refused

LARGEST = 2_000_000
MOST_KEY_RESULTS = 5_000
DEEPEST = 40
LISTS = ("key_results", "keyresults", "krs")
TEXTS = ("text", "title", "key_result", "sentence", "name")
SUFFIXES = (".yaml", ".yml")
# A sentence may hold a colon; a first line that is only a key, an item or a plan's head is YAML.
_YAML_STARTS = re.compile(r"---|- |[\w-]+:\s*(?:#.*)?$|(?:apiVersion|kind):")

Judge = Callable[[str, Mapping[str, str]], Linted]


@dataclass(frozen=True, slots=True)
class Promise:
    """A key result of a file: its text, its place (from 1), and its plain fields as they are written."""

    text: str
    line: int
    column: int
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Judged:
    """A key result of a file with its verdict."""

    promise: Promise
    linted: Linted


def is_yaml(text: str) -> bool:
    """Whether a text without a file name looks like YAML rather than like sentences.

    >>> is_yaml("key_results:\\n- Keep CSAT above 9"), is_yaml("Backend: 500 MB per process")
    (True, False)
    """
    first = next(
        (line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")), ""
    )
    return bool(_YAML_STARTS.match(first))


def lint_file(
    text: str, *, name: str, yaml: bool, judge: Judge = lambda text, fields: lint_text(text)
) -> list[Judged]:
    """Every key result of a file with its verdict. Refused with its place where there is none."""
    found = list(promises(text, name=name) if yaml else sentences(text))
    if not found:
        kind = "under 'key_results', or as a list at the top" if yaml else "one a line"
        raise Refused(f"there is no key result in it; they stand {kind}", place=name, code="nothing_to_lint")
    require_few(len(found), name=name)
    return [Judged(promise, judge(promise.text, promise.fields)) for promise in found]


def require_few(count: int, *, name: str) -> None:
    """Refuse more key results than are judged in a moment."""
    if count > MOST_KEY_RESULTS:
        message = f"expected at most {MOST_KEY_RESULTS:,} key results, found {count:,}: split the file"
        raise Refused(message, place=name, code="too_many")


def sentences(text: str) -> Iterator[Promise]:
    """One key result a line; blank lines and lines that start with # are left out."""
    for number, line in enumerate(text.splitlines(), 1):
        said = line.strip()
        if said and not said.startswith("#"):
            yield Promise(said, number, line.index(said) + 1, {})


def promises(text: str, *, name: str) -> Iterator[Promise]:
    """The key results of a YAML text, in its order."""
    if len(text) > LARGEST:
        raise Refused(f"the file is larger than {LARGEST:,} characters", place=name, code="too_large")
    seen: set[int] = set()
    for document in _documents(text, name):
        if isinstance(document, SequenceNode):
            yield from _of_a_list(document, name)
        yield from _within(document, name, seen, depth=0)


def _documents(text: str, name: str) -> list[Node]:
    try:
        return [node for node in YAML().compose_all(text) if node is not None]
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = name if mark is None else f"{name}:{mark.line + 1}:{mark.column + 1}"
        said = " ".join(str(error.problem or "it cannot be read").split())
        raise Refused(f"this is not YAML: {said}", place=place, code="not_yaml") from error
    except (YAMLError, RecursionError, ValueError) as error:
        said = "it is nested too deeply" if isinstance(error, RecursionError) else str(error).splitlines()[0]
        raise Refused(f"this is not YAML: {said}", place=name, code="not_yaml") from error


def _within(node: Node, name: str, seen: set[int], *, depth: int) -> Iterator[Promise]:
    """Lists of key results at any depth; a node that aliases repeat is looked at once."""
    if id(node) in seen:
        return
    seen.add(id(node))
    if depth > DEEPEST:
        raise Refused(
            f"it is nested more than {DEEPEST} levels deep", place=_place(node, name), code="too_deep"
        )
    if isinstance(node, MappingNode):
        for key, value in node.value:
            if isinstance(key, ScalarNode) and key.value.lower() in LISTS:
                if not isinstance(value, SequenceNode):
                    message = f"'{key.value}' takes a list, one key result an item"
                    raise Refused(message, place=_place(value, name), code="not_a_list")
                yield from _of_a_list(value, name)
            else:
                yield from _within(value, name, seen, depth=depth + 1)
    elif isinstance(node, SequenceNode):
        for item in node.value:
            yield from _within(item, name, seen, depth=depth + 1)


def _of_a_list(node: SequenceNode, name: str) -> Iterator[Promise]:
    for item in node.value:
        if isinstance(item, ScalarNode):
            yield _promise(item, {})
        elif isinstance(item, MappingNode):
            yield from _of_an_item(item, name)
        else:
            message = "an item is a text, or fields with a 'text'"
            raise Refused(message, place=_place(item, name), code="not_a_key_result")


def _of_an_item(item: MappingNode, name: str) -> Iterator[Promise]:
    plain = {
        key.value: value
        for key, value in item.value
        if isinstance(key, ScalarNode) and isinstance(value, ScalarNode)
    }
    said = next((plain[key] for key in TEXTS if key in plain), None)
    if said is not None:
        yield _promise(said, {key: value.value for key, value in plain.items()})
    elif not any(
        isinstance(key, ScalarNode) and key.value.lower() in (*LISTS, "objectives") for key, _ in item.value
    ):
        message = "this key result has no 'text'"
        raise Refused(message, place=_place(item, name), code="no_text")


def _promise(node: ScalarNode, fields: Mapping[str, str]) -> Promise:
    return Promise(node.value.strip(), node.start_mark.line + 1, node.start_mark.column + 1, fields)


def _place(node: Node, name: str) -> str:
    return f"{name}:{node.start_mark.line + 1}:{node.start_mark.column + 1}"
