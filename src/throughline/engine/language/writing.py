"""A tree back into its canonical text: one spelling for each meaning, no needless parenthesis."""

from __future__ import annotations

from throughline.engine.language.parsing import is_plain_name
from throughline.engine.language.syntax import (
    Among,
    And,
    Arithmetic,
    Between,
    Call,
    Comparison,
    Duration,
    Holds,
    IsNull,
    Name,
    Negative,
    Node,
    Not,
    Number,
    Or,
    Passage,
    Text,
    Truth,
)

# How tightly each node binds; a child that binds less tightly than its place stands in parentheses.
_OR, _AND, _NOT, _PREDICATE, _SUM, _PRODUCT, _SIGNED, _ATOM = range(8)


def written(node: Node) -> str:
    """The canonical text of a tree; parsing it gives an equal tree.

    >>> from throughline.engine.language.parsing import parse_condition
    >>> written(parse_condition('(severity>="high")AND not(cvss<7)'))
    "severity >= 'high' and not cvss < 7"
    """
    return _write(node, _OR)


def _write(node: Node, place: int) -> str:
    text, binding = _text_and_binding(node)
    return f"({text})" if binding < place else text


def _text_and_binding(node: Node) -> tuple[str, int]:
    match node:
        case Or(parts):
            return " or ".join(_write(part, _AND) for part in parts), _OR
        case And(parts):
            return " and ".join(_write(part, _NOT) for part in parts), _AND
        case Not(operand):
            return f"not {_write(operand, _NOT)}", _NOT
        case Comparison() | Among() | Holds() | Between() | IsNull():
            return _predicate(node), _PREDICATE
        case Arithmetic("latest", left, right):
            return f"latest({_latest(left)}, {_write(right, _ATOM)})", _ATOM
        case Arithmetic(sign, left, right):
            binding = _SUM if sign in "+-" else _PRODUCT
            return f"{_write(left, binding)} {sign} {_write(right, binding + 1)}", binding
        case Negative(operand):
            return f"-{_write(operand, _SIGNED)}", _SIGNED
        case _:
            return _atom(node), _ATOM


def _latest(node: Node) -> str:
    """What stands in front of the last comma: three dates are two signs."""
    match node:
        case Arithmetic("latest", left, right):
            return f"{_latest(left)}, {_write(right, _ATOM)}"
    return _write(node, _ATOM)


def _predicate(node: Comparison | Among | Holds | Between | IsNull) -> str:
    negated = "not " if not isinstance(node, Comparison) and node.negated else ""
    match node:
        case Comparison(sign, left, right):
            return f"{_write(left, _SUM)} {sign} {_write(right, _SUM)}"
        case Among(operand, choices):
            listed = ", ".join(_write(choice, _SUM) for choice in choices)
            return f"{_write(operand, _SUM)} {negated}in ({listed})"
        case Holds(value, collection):
            return f"{_atom(value)} {negated}in {_atom(collection)}"
        case Between(operand, low, high):
            bounds = f"{_write(low, _SUM)} and {_write(high, _SUM)}"
            return f"{_write(operand, _SUM)} {negated}between {bounds}"
        case IsNull(operand):
            return f"{_write(operand, _SUM)} is {negated}null"


def _atom(node: Node) -> str:
    match node:
        case Number(value):
            return written_number(value)
        case Duration(amount, unit):
            return f"{written_number(amount)} {unit}{'' if amount == 1 else 's'}"
        case Text(value):
            return "'" + value.replace("'", "''") + "'"
        case Truth(value):
            return "true" if value else "false"
        case Name(name):
            return name if is_plain_name(name) else f"`{name.replace('`', '``')}`"
        case Passage(start, end):
            return f"{_atom(start)} -> {_atom(end)}"
        case Call(name, arguments):
            return f"{name}({', '.join(_write(argument, _OR) for argument in arguments)})"
    raise AssertionError(f"{type(node).__name__} is no atom")


def written_number(value: float) -> str:
    """A number as a person writes it: 30, not 30.0.

    >>> written_number(30.0), written_number(0.1)
    ('30', '0.1')
    """
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
