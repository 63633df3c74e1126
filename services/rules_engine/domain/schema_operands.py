"""The parts of the JSON Schema of rules that say what stands behind an operator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeAlias

from services.rules_engine.domain.inputs.calendar import SUN, WEEKDAYS
from services.rules_engine.domain.operators.members import OPTIONS
from services.rules_engine.domain.operators.reader import Reader
from services.rules_engine.domain.speaking import Phrase
from services.rules_engine.domain.terms import Operator
from services.rules_engine.domain.wording.english import English
from services.rules_engine.domain.wording.french import French
from services.rules_engine.domain.wording.grammar import Grammar, fill

Schema: TypeAlias = dict[str, Any]

ALTERNATIVES: Final = "anyOf"
TEXT: Final[Schema] = {"$ref": "#/$defs/text"}
CONDITION: Final[Schema] = {"$ref": "#/$defs/condition"}
ARGUMENT: Final[Schema] = {"$ref": "#/$defs/argument"}
DURATION: Final[Schema] = {"$ref": "#/$defs/duration"}
_PROPERTY: Final[Schema] = {"$ref": "#/$defs/property"}
_SHARE: Final[Schema] = {"$ref": "#/$defs/share"}
_MARK: Final[Schema] = {"$ref": "#/$defs/mark"}
_NUMBER: Final[Schema] = {"type": "number"}

_AMOUNT: Final = r"\d+(\.\d+)?"
_SUN: Final = "|".join(SUN)
DEFINITIONS: Final[Mapping[str, Schema]] = {
    "text": {"type": "string", "pattern": r"\S"},
    "argument": {ALTERNATIVES: [CONDITION, {"type": "array", "items": {"$ref": "#/$defs/argument"}}]},
    "duration": {"type": "string", "pattern": rf"^\s*{_AMOUNT}\s*(s|min|h|d|j)\s*$"},
    "property": {
        ALTERNATIVES: [
            TEXT,
            {"type": "object", "properties": {"var": TEXT}, "required": ["var"], "additionalProperties": False},
        ]
    },
    "share": {"type": "string", "pattern": rf"^\s*[+]?({_AMOUNT}|\.\d+)(\s*%)?\s*$"},
    "mark": {
        "type": "string",
        "pattern": rf"^\s*(([01]?\d|2[0-3]):[0-5]\d|({_SUN})\s*([+-]\s*{_AMOUNT}\s*(s|min|h|d|j))?)\s*$",
    },
    "day": {"type": "string", "pattern": r"^\s*(\d{4}-)?\d{2}-\d{2}\s*$"},
}


def described(french: str, english: str) -> str:
    """A description in both languages."""
    return f"{french} / {english}"


def one_of(words: Iterable[str]) -> Schema:
    """One word of a closed list."""
    return {"enum": [str(word) for word in words]}


def of_operator(operator: Operator) -> Schema:
    """Its arguments: so many, each a condition, a value or a list of them; one alone may stand without a list.

    Which operators take lists is left to the checks.
    """
    listed: Schema = {"type": "array", "items": ARGUMENT, "minItems": operator.arity.least}
    if operator.arity.most is not None:
        listed["maxItems"] = operator.arity.most
    text = described(_said(French(), operator), _said(English(), operator))
    if operator.arity.takes(1):
        return {"description": text, ALTERNATIVES: [listed, CONDITION]}
    return {"description": text, **listed}


def _said(grammar: Grammar, operator: Operator) -> str:
    return fill(grammar, operator.words[grammar.language], Phrase("a"), Phrase("b"), Phrase("c")).text


def of_reader(reader: Reader, name: str) -> Schema:
    """What it reads, with its example."""
    return {"description": described("par exemple", "for example") + f": {reader.example}", **_OPERANDS[name]}


def _row(*items: Schema, least: int | None = None) -> Schema:
    """A list of parts in this order, of which the last may be left out."""
    count = len(items)
    return {"type": "array", "prefixItems": list(items), "minItems": least or count, "maxItems": count}


def _or_alone(item: Schema, row: Schema) -> Schema:
    return {ALTERNATIVES: [item, row]}


def _members(wanted: str) -> Schema:
    """A condition, or the same spelt out with whom it is put to."""
    known: dict[str, Schema] = {
        "of": {"$ref": "#/$defs/selector"}, "where": CONDITION, "value": CONDITION,
        "within": {"type": ["string", "number"]},
    }  # fmt: skip
    other = {"where", "value"} - {wanted}
    spelt = {
        "type": "object",
        "properties": {key: known[key] for key in OPTIONS if key not in other},
        "required": [wanted],
        "additionalProperties": False,
    }
    return {ALTERNATIVES: [spelt, CONDITION]}


_WINDOW: Final = _row(_PROPERTY, DURATION, _SHARE, least=2)
_ONE: Final = _or_alone(_PROPERTY, _row(_PROPERTY))
_DAY: Final = one_of(WEEKDAYS)
_OPERANDS: Final[Mapping[str, Schema]] = {
    **dict.fromkeys(("avg_over", "leq_over", "min_over", "max_over", "sum_over", "count_over", "median_over"), _WINDOW),
    **dict.fromkeys(("rate_over", "delta_over", "unchanged_for"), _row(_PROPERTY, DURATION)),
    **dict.fromkeys(("previous", "change", "changed", "last", "age", "quality"), _ONE),
    **dict.fromkeys(("time_between", "sun_between"), _row(_MARK, _MARK)),
    **dict.fromkeys(("how_many", "share_of"), _members("where")),
    **dict.fromkeys(("sum_of", "avg_of", "min_of", "max_of", "median_of"), _members("value")),
    "percentile_over": _row(_PROPERTY, {**_NUMBER, "minimum": 0, "maximum": 100}, DURATION, _SHARE, least=3),
    "forecast": _row(_PROPERTY, DURATION, DURATION, _SHARE, least=3),
    "baseline": _row(CONDITION, DURATION, DURATION, {**_NUMBER, "minimum": 1}, least=3),
    "absent_for": _or_alone(DURATION, _row({ALTERNATIVES: [DURATION, _PROPERTY]}, DURATION, least=1)),
    "weekday": _or_alone(_DAY, {"type": "array", "items": _DAY, "minItems": 1, "maxItems": 7}),
    "date_between": _row({"$ref": "#/$defs/day"}, {"$ref": "#/$defs/day"}),
    "holiday": _or_alone(TEXT, _row(TEXT)),
}
