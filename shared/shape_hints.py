"""What may stand at a place of a document whose shape is wrong there: which words are taken, or how it is written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from msgspec import inspect

_WAYS: Final[dict[type[inspect.Type], str]] = {
    inspect.IntType: "un nombre entier, sans guillemets ni unité / a whole number, without quotes or unit: 15",
    inspect.FloatType: "un nombre à point, sans guillemets ni unité / with a point, without quotes or unit: 0.07",
    inspect.StrType: "un texte ; une durée a son unité / text; a duration has its unit: 15 min",
    inspect.BoolType: "true, false",
    inspect.ListType: "une liste / a list: [a, b]",
}


def hint_at(kind: Any, path: Sequence[str | int]) -> str | None:
    """What is wanted at a path within a type, as msgspec reads it; None: nothing helps more than the message."""
    found = [inspect.type_info(kind)]
    for step in path:
        found = [inner for one in _parts(found) for inner in _within(one, step)]
    parts = _parts(found)
    words = [str(word) for one in parts for word in _words(one)]
    ways = [_WAYS[type(one)] for one in parts if type(one) in _WAYS]
    if words:
        return f"l'un de / one of: {', '.join(dict.fromkeys(words))}"
    return " or ".join(dict.fromkeys(ways)) or None


def _parts(found: Sequence[inspect.Type]) -> list[inspect.Type]:
    """Each type alone: a union is any of its own."""
    return [part for one in found for part in (one.types if isinstance(one, inspect.UnionType) else (one,))]


def _within(one: inspect.Type, step: str | int) -> list[inspect.Type]:
    if isinstance(one, inspect.StructType):
        return [field.type for field in one.fields if field.encode_name == step]
    if isinstance(one, inspect.ListType | inspect.VarTupleType) and isinstance(step, int):
        return [one.item_type]
    if isinstance(one, inspect.DictType):
        # The path names no keys of a mapping: the step is within a value.
        return [inner for value in _parts([one.value_type]) for inner in _within(value, step)]
    return []


def _words(one: inspect.Type) -> Sequence[Any]:
    if isinstance(one, inspect.EnumType):
        return [member.value for member in one.cls]
    return list(one.values) if isinstance(one, inspect.LiteralType) else []
