"""Reads when a rule is in force: calendars only, since what is measured belongs into its conditions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from services.rules_engine.domain.compiling import check_tree
from services.rules_engine.domain.examining.branches import branches
from services.rules_engine.domain.fields import SHAPE, Fields, described
from services.rules_engine.domain.operators import NAMES, calendar, logic
from services.rules_engine.domain.rule import Condition, Place
from shared.documents import Document
from shared.problems import Problem

_CALENDARS: Final = tuple(name for reader in calendar.READERS for name in reader.names)
_ALLOWED: Final = frozenset((*_CALENDARS, *(name for operator in logic.OPERATORS for name in operator.names)))


def read_active(fields: Fields) -> Condition | None:
    """The condition under ``active``: several calendars side by side must all hold."""
    written = fields.value("active")
    if not fields.has("active"):
        return None
    if not isinstance(written, dict) or not written:
        hint = 'active: {weekday: [mon, tue], time_between: ["22:00", "06:00"]}'
        fields.fault("active", f"'active' is {described(written)}; it must say when", hint)
        return None
    document = _joined(fields.at("active"), written)
    fields.problems.extend(check_tree(document, ()))
    fields.problems.extend(_no_calendars(document))
    return Condition(written, Place(document, ()))


def _joined(place: Place, written: Mapping[str, Any]) -> Document:
    """The calendars under one ``and``, each still with the place where it is written."""
    data = {"and": [{name: operand} for name, operand in written.items()]}
    depth, order = len(place.path), {name: index for index, name in enumerate(written)}
    spans = [
        {
            ("and", order[str(path[depth])], *path[depth:]): span
            for path, span in known.items()
            if len(path) > depth and path[:depth] == place.path and path[depth] in order
        }
        for known in (place.document.spans, place.document.key_spans)
    ]
    spans[0] |= {(): place.span, ("and",): place.span}
    return Document(place.document.file, data, spans[0], spans[1], lines=place.document.lines)


def _no_calendars(document: Document) -> Iterator[Problem]:
    for branch, path in branches(document.data, ()):
        for name in branch:
            if name in NAMES and name not in _ALLOWED:
                hint = f"move it into 'when'; calendars are: {', '.join(_CALENDARS)}"
                message = f"'{name}' is no calendar, and 'active' takes nothing else"
                yield document.problem((*path, name), SHAPE, message, hint, key=True)
