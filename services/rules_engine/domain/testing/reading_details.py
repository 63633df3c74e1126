"""Reads the details of something that is expected: teams, lights, and the values that messages tell."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from services.rules_engine.domain.action import LightAction, NotifyAction
from services.rules_engine.domain.fields import Fields, described
from services.rules_engine.domain.placeholders import names_for
from services.rules_engine.domain.rule import Place, Rule
from services.rules_engine.domain.testing.case import ExpectedValue, Light
from services.rules_engine.domain.testing.notation import parse_value
from services.rules_engine.domain.testing.reading_series import SLUG
from shared.documents import did_you_mean
from shared.errors import InputError
from shared.model.registry import Kind
from shared.problems import Problem


@dataclass(frozen=True)
class DetailsReader:
    """Reads names that the rule itself uses; one that it doesn't is a slip of the pen, and is noted."""

    rule: Rule
    kind: Kind
    problems: list[Problem]

    def teams(self, fields: Fields) -> tuple[str, ...] | None:
        """``notifies``: all teams; none for ``nobody``; None: it isn't said."""
        if not fields.has("notifies"):
            return None
        if fields.value("notifies") in ("nobody", []):
            return ()
        names = fields.texts("notifies")
        known = {action.team for action in self.rule.then if isinstance(action, NotifyAction)}
        for name in names:
            self._require(name, known, fields.at("notifies"), "notify")
        return names

    def lights(self, fields: Fields) -> tuple[Light, ...] | None:
        """``lights``: all groups that begin to be held, each with its level if that is said."""
        written = fields.value("lights")
        if not fields.has("lights"):
            return None
        if written in ("nothing", []):
            return ()
        place = fields.at("lights")
        places = [place.at(index) for index in range(len(written))] if isinstance(written, list) else [place]
        return tuple(light for each in places if (light := self._light(each)) is not None)

    def releases(self, fields: Fields) -> tuple[str, ...] | None:
        """``releases``: all groups that are let go."""
        if not fields.has("releases"):
            return None
        if fields.value("releases") in ("nothing", []):
            return ()
        names = fields.texts("releases")
        for name in names:
            self._require_group(name, fields.at("releases"))
        return names

    def values(self, fields: Fields) -> Iterator[tuple[str, ExpectedValue]]:
        """``with``: names as in messages, each with what it is to be."""
        written = fields.value("with")
        if not fields.has("with"):
            return
        if not isinstance(written, dict):
            fields.fault("with", f"'with' is {described(written)}; it must give values", "with: {count: 2}")
            return
        known = names_for(self.rule, self.kind)
        for name, value in written.items():
            place = fields.at("with", name)
            if name not in known:
                hint = did_you_mean(name, known) or f"it may be {', '.join(known)}"
                self.problems.append(place.document.problem(place.path, SLUG, f"no value '{name}'", hint, key=True))
            yield name, self._value(place, value)

    def _light(self, place: Place) -> Light | None:
        if isinstance(place.value, str):
            self._require_group(place.value, place)
            return Light(place.value)
        fields = Fields(place, self.problems, ("group", "level"))
        fields.required("group")
        group = fields.text("group")
        if group is None:
            return None
        self._require_group(group, place)
        return Light(group, fields.percent("level"))

    def _require_group(self, name: str, place: Place) -> None:
        """A rule that lights a whole area names no groups."""
        actions = [action for action in self.rule.then if isinstance(action, LightAction)]
        if all(action.area is None for action in actions):
            self._require(name, {action.group for action in actions}, place, "light")

    def _require(self, name: str, known: Collection[str], place: Place, verb: str) -> None:
        if name not in known:
            hint = did_you_mean(name, known) or (f"it names {', '.join(sorted(known))}" if known else None)
            self.problems.append(place.problem(SLUG, f"the rule does not {verb} '{name}'", hint=hint))

    def _value(self, place: Place, written: Any) -> ExpectedValue:
        if isinstance(written, bool | dict) or written is None:
            hint = "a number, a number with its unit, a text, or unknown"
            self.problems.append(place.problem(SLUG, f"{described(written)} is no value", hint=hint))
            return None
        if isinstance(written, list):
            return tuple(str(each) for each in written)
        try:
            return parse_value(str(written))
        except InputError:
            return None if written == "unknown" else str(written)
