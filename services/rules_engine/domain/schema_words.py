"""The words of a rule, of an action and of a choice of points, each with what it means and what stands there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

from services.rules_engine.domain.periods import NAMES as PERIODS
from services.rules_engine.domain.rule import Severity, WhenUnknown
from services.rules_engine.domain.schema_operands import (
    ALTERNATIVES,
    CONDITION,
    DURATION,
    TEXT,
    described,
    one_of,
)
from shared.model.alerts import Criticality

Schema: TypeAlias = dict[str, Any]

_TEXTS: Final[Schema] = {ALTERNATIVES: [TEXT, {"type": "array", "items": TEXT}]}
_LASTING: Final[Schema] = {ALTERNATIVES: [DURATION, {"type": "string", "pattern": r"^\s*\d{1,4}\s*(times|fois)\s*$"}]}
_CLOCK: Final[Schema] = {"type": "string", "pattern": r"^([01]\d|2[0-3]):[0-5]\d$"}
_PERCENT: Final[Schema] = {
    ALTERNATIVES: [
        {"type": "number", "minimum": 0, "maximum": 100},
        {"type": "string", "pattern": r"^\s*\+?\d+(\.\d+)?(\s*\S+)?\s*$"},
    ]
}


def _a(what: Schema, french: str, english: str) -> Schema:
    return {"description": described(french, english), **what}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _some(name: str) -> Schema:
    return {"type": "array", "items": _ref(name), "minItems": 1}


_CHOICES: Final[Schema] = {ALTERNATIVES: [_ref("choice"), _some("choice")]}

OF_RULE: Final[Mapping[str, Schema]] = {
    "id": _a(
        {"type": "string", "pattern": r"^[a-z0-9]+([.-][a-z0-9]+)*$"},
        "nom unique, en minuscules : gemapi.huveaune.alerte", "unique name, in small letters",
    ),
    "title": _a(TEXT, "ce que lira la personne prévenue", "what the person who is told reads"),
    "owner": _a(TEXT, "la direction responsable", "the directorate that answers for it"),
    "criticality": _a(
        one_of(Criticality), "ce qui passe encore quand les moyens manquent", "what still runs when means are short"
    ),
    "review_by": _a(
        {"type": "string", "pattern": r"^\d{4}-?\d{2}-?\d{2}$"},
        "date de relecture : 2027-06-30", "the day by which it is read again",
    ),
    "for_each": _a(_ref("selector"), "les points, chacun pour lui", "the points, each for itself"),
    "across": _a(_ref("group"), "les points, ensemble", "the points, together"),
    "let": _a(_ref("names"), "des valeurs qui ont un nom", "values that have a name"),
    "when": _a(CONDITION, "la condition", "the condition"),
    "for": _a(_LASTING, "combien de temps, ou de fois, elle doit tenir", "how long, or how often, it must hold"),
    "until": _a(CONDITION, "la fin ; sinon, quand « when » est faux", "the end; else, when it holds no more"),
    "until_for": _a(_LASTING, "combien de temps la fin doit tenir", "how long the end must hold"),
    "severity": _a(one_of(Severity), "gravité", "how bad it is"),
    "then": _a(_some("action"), "ce qui est fait", "what is done"),
    "levels": _a(_some("level"), "des niveaux, du moins grave au plus grave", "levels, the mildest first"),
    "when_unknown": _a(one_of(WhenUnknown), "que faire si une valeur manque", "what to do when a value is missing"),
    "active": _a(_ref("calendars"), "quand la règle est en vigueur", "when the rule is in force"),
    "every": _a(DURATION, "décider par périodes : 15 min, 1 h, 1 d", "decide for whole periods"),
    "once_per": _a(
        {ALTERNATIVES: [one_of(PERIODS), DURATION]},
        "une alerte au plus par période", "one alert at most in each period",
    ),
    "unless": _a(
        {ALTERNATIVES: [_ref("unless"), {"type": "array", "items": _ref("unless")}]},
        "se taire tant que l'autre règle est déclenchée", "give way while the other rule fires",
    ),
    "labels": _a(
        {"type": "object", "additionalProperties": {"type": "string"}}, "étiquettes", "labels: {bassin: huveaune}"
    ),
    "tests": _a({"type": "array"}, "ce que la règle doit faire", "what the rule is to do"),
}  # fmt: skip

OF_NOTIFY: Final[Mapping[str, Schema]] = {
    "team": _a(TEXT, "une équipe de rules/teams.yaml", "a team of rules/teams.yaml"),
    "message": _a(TEXT, "le texte ; {point} est remplacé", "the text; {point} is filled in"),
    "digest": _a(_CLOCK, "rassemblé une fois par jour, à cette heure", "collected, told once a day at this time"),
}

OF_LIGHT: Final[Mapping[str, Schema]] = {
    "group": _a(TEXT, "un groupe de lampes", "a group of lamps"),
    "area": _a(TEXT, "une zone ; toutes ses lampes", "an area; all its lamps"),
    "level": _a(_PERCENT, "niveau : 80 %", "level"),
    "at_most": _a(DURATION, "durée d'allumage, au plus", "lit time, at most"),
    "reason": _a(TEXT, "pourquoi, en deux mots", "why, in two words"),
    "day": _a({"type": "boolean"}, "aussi le jour", "by day too"),
    "ramp": _a(DURATION, "durée de la transition", "time of the transition"),
}

OF_SELECTOR: Final[Mapping[str, Schema]] = {
    "kind": _a(TEXT, "le type de point", "the kind of point"),
    "area": _a(TEXT, "dans cette zone", "in this area"),
    "site": _a(TEXT, "à ce lieu", "at this site"),
    "group": _a(TEXT, "de ce groupe", "of this group"),
    "points": _a(_TEXTS, "parmi ces points", "among these points"),
    "tags": _a(_TEXTS, "marqués ainsi", "so tagged"),
    "and": _a(_CHOICES, "et aussi", "and also"),
    "or": _a(_CHOICES, "l'un de ces choix", "any of these choices"),
    "not": _a(_CHOICES, "aucun de ces choix", "none of these choices"),
}
