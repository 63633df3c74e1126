"""A JSON Schema of rules, for editors: made from the same names, words and examples by which rules are read.

An editor that knows it completes words, shows what they mean, and underlines slips while they are typed. What needs an
inventory, or the meaning of a condition, is left to the checks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeAlias

from services.rules_engine.domain.operators import NAMES, OPERATORS, READERS, access, calendar, logic
from services.rules_engine.domain.reading import LEVEL, RULE
from services.rules_engine.domain.reading_actions import LIGHT, NOTIFY
from services.rules_engine.domain.rule import Grouping
from services.rules_engine.domain.schema_operands import (
    ALTERNATIVES,
    ARGUMENT,
    CONDITION,
    DEFINITIONS,
    TEXT,
    described,
    of_operator,
    of_reader,
    one_of,
)
from services.rules_engine.domain.schema_words import OF_LIGHT, OF_NOTIFY, OF_RULE, OF_SELECTOR
from services.rules_engine.domain.selectors import NARROWING
from services.rules_engine.domain.templating import PARAMETER, TEMPLATE
from services.rules_engine.domain.unless import Where

Schema: TypeAlias = dict[str, Any]

_NAME: Final = "^[a-z][a-z0-9_]*$"


def schema() -> Schema:
    """The whole, as plain data (JSON Schema, draft 2020-12)."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Règles de Vigie / Vigie rules",
        "type": ["array", "null"],
        "items": _entry(),
        "$defs": {
            **DEFINITIONS,
            "rule": _rule(),
            "template": _template(),
            "use": _use(),
            "level": _closed(LEVEL, OF_RULE, ("when", "severity", "then")),
            "selector": _closed(("kind", *NARROWING), OF_SELECTOR, ("kind",)),
            "group": _closed(("kind", "by", *NARROWING), {**OF_SELECTOR, "by": one_of(Grouping)}, ("kind",)),
            "choice": _closed(NARROWING, OF_SELECTOR, ()),
            "unless": {ALTERNATIVES: [TEXT, _closed(("rule", "at"), {"rule": TEXT, "at": one_of(Where)}, ("rule",))]},
            "action": _action(),
            "condition": _condition(),
            "calendars": _calendars(),
            "names": {
                "type": "object",
                "patternProperties": {_NAME: CONDITION},
                "additionalProperties": False,
            },
        },
    }


def _entry() -> Schema:
    """A template, a rule that is made of one, or a rule."""
    template, use = ({"type": "object", "required": [key]} for key in ("template", "use"))
    rule = {"if": use, "then": {"$ref": "#/$defs/use"}, "else": {"$ref": "#/$defs/rule"}}
    return {"if": template, "then": {"$ref": "#/$defs/template"}, "else": rule}


def _template() -> Schema:
    """Any value in the rule of a template may have a $name in it; so only its words are known."""
    parameters = {
        "type": ["object", "null"],
        "patternProperties": {_NAME: {**_words(PARAMETER), "type": ["object", "null"]}},
        "additionalProperties": False,
    }
    known = {"template": TEXT, "about": TEXT, "parameters": parameters, "rule": _words(RULE)}
    return _closed(TEMPLATE, known, ("template", "rule"))


def _use() -> Schema:
    """What the template says needn't be said; so nothing is missed but what it can't know."""
    known = {**OF_RULE, "use": TEXT, "with": {"type": ["object", "null"]}}
    return _closed((*RULE, "use", "with"), known, ("id", "use"))


def _words(known: Iterable[str]) -> Schema:
    """An object with these words, of whatever value."""
    return {"type": "object", "properties": {key: {} for key in known}, "additionalProperties": False}


def _rule() -> Schema:
    """Either one level, whose parts stand in the rule itself, or several; either each point, or points together."""
    one = {"required": ["when", "severity", "then"], "not": {"required": ["levels"]}}
    several = {"required": ["levels"], "not": {ALTERNATIVES: [{"required": [key]} for key in LEVEL]}}
    each, together = ({"required": [key]} for key in ("for_each", "across"))
    return {
        **_closed(RULE, OF_RULE, ("id", "title", "owner")),
        "allOf": [{ALTERNATIVES: [one, several]}, {"oneOf": [each, together]}],
    }


def _closed(keys: Iterable[str], known: Mapping[str, Schema], required: Iterable[str]) -> Schema:
    return {
        "type": "object",
        "properties": {key: known[key] for key in keys},
        "required": list(required),
        "additionalProperties": False,
    }


def _action() -> Schema:
    light = _closed(LIGHT, OF_LIGHT, ("level", "reason"))
    light["oneOf"] = [{"required": [key]} for key in ("group", "area")]
    return {
        "type": "object",
        "properties": {"notify": _closed(NOTIFY, OF_NOTIFY, ("team", "message")), "light": light},
        "minProperties": 1,
        "maxProperties": 1,
        "additionalProperties": False,
    }


def _condition() -> Schema:
    """An operator with its arguments, or a plain value."""
    return {
        "type": ["object", "boolean", "number", "string", "null"],
        "properties": {name: _named(name) for name in NAMES},
        "minProperties": 1,
        "maxProperties": 1,
        "additionalProperties": False,
    }


def _calendars() -> Schema:
    """Several side by side must all hold."""
    names = [name for part in (*calendar.READERS, *logic.OPERATORS) for name in part.names]
    return {
        "type": "object",
        "properties": {name: _named(name) for name in names},
        "minProperties": 1,
        "additionalProperties": False,
    }


def _named(name: str) -> Schema:
    if name in READERS:
        return of_reader(READERS[name], name)
    if name in OPERATORS:
        return of_operator(OPERATORS[name])
    word = {"type": "string"}
    value = {"type": "array", "prefixItems": [word], "items": ARGUMENT, "minItems": 1, "maxItems": 2}
    text = described("la valeur d'une propriété, ou d'un nom de let", "the value of a property, or of a name of let")
    return {"description": f"{text}: {{{access.NAME}: level}}", ALTERNATIVES: [word, value]}
