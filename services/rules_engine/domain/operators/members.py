"""Other points: ``how_many: {where: {at_least: [fill, 80 %]}, within: 500 m}``, ``max_of: {value: level}``.

In a rule for each point they are its neighbours, the other points of the rule; in a group rule its members; with ``of``
any others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from services.rules_engine.domain.decision import Compiled
from services.rules_engine.domain.inputs.input import Input
from services.rules_engine.domain.inputs.members import TOGETHER, Among, Census, Counted, Together
from services.rules_engine.domain.operators.arguments import Arguments, Misread
from services.rules_engine.domain.operators.reader import Reader
from services.rules_engine.domain.rule import Place
from services.rules_engine.domain.selectors import read_selector
from services.rules_engine.domain.terms import NUMBER, Sort, Type
from services.rules_engine.domain.vocabulary import Vocabulary
from shared.documents import Path, did_you_mean
from shared.errors import InputError
from shared.problems import Problem
from shared.units import convert, parse_quantity

OPTIONS: Final = ("of", "where", "value", "within")
PERCENT: Final = Type(Sort.NUMBER, "%")


def _is_spelt_out(operand: Any) -> bool:
    return isinstance(operand, dict) and not operand.keys().isdisjoint(OPTIONS)


def _conditions(operand: Any) -> Iterator[Path]:
    if _is_spelt_out(operand):
        yield from ((key,) for key in ("where", "value") if key in operand)
    else:
        yield ()


def _among(given: Arguments, wanted: str) -> tuple[Among, Vocabulary, Path]:
    """Which points, the words of a condition on each, and where that condition stands."""
    if given.known.nested:
        hint = "ask each of them about itself; two questions to several points stand side by side, joined by and"
        raise given.misread(given.path, f"'{given.name}' can't stand within another question to several points", hint)
    written = given.written
    if not _is_spelt_out(written):
        return Among(given.known.own), given.known.of_members(given.known.kind), given.path
    options = ("of", wanted, "within")
    for key in written:
        if key not in options:
            hint = did_you_mean(key, options) or f"it may have: {', '.join(options)}"
            raise given.misread((*given.path, key), f"no property '{key}' here", hint, "unknown-property")
    if wanted not in written:
        raise given.misread(given.path, f"'{given.name}' needs '{wanted}'", given.name + f": {{{wanted}: ...}}")
    among, known = _chosen(given, wanted)
    return among, known, (*given.path, wanted)


def _chosen(given: Arguments, wanted: str) -> tuple[Among, Vocabulary]:
    written, within = given.written, _within(given)
    if within is not None and given.known.grouped and wanted == "value":
        hint = "leave it out, or ask how_many of them lie so near to one another"
        raise given.misread((*given.path, "within"), "a group lies nowhere that its members could be near to", hint)
    if "of" not in written:
        return Among(given.known.own, within=within), given.known.of_members(given.known.kind)
    problems: list[Problem] = []
    path = (*given.path, "of")
    selector = read_selector(Place(given.document, path), problems)
    if selector is None or problems:
        raise Misread(*problems)
    kind = given.known.kinds.get(selector.kind or "")
    if kind is None:
        kinds = given.known.kinds
        hint = did_you_mean(selector.kind or "", kinds) or f"there are: {', '.join(sorted(kinds))}"
        raise given.misread((*path, "kind"), f"no kind '{selector.kind}'", hint, "unknown-kind")
    return Among(selector, own=False, within=within), given.known.of_members(kind)


def _within(given: Arguments) -> float | None:
    if "within" not in given.written:
        return None
    path = (*given.path, "within")
    try:
        quantity = parse_quantity(str(given.written["within"]))
        metres = convert(quantity.value, quantity.unit, "m")
    except InputError as error:
        raise given.misread(path, f"'{given.written['within']}' is not a distance", "within: 500 m") from error
    if metres <= 0:
        raise given.misread(path, f"within {given.written['within']} lies nothing", "within: 500 m")
    return metres


def _counted(*, share: bool) -> Callable[[Arguments], Input]:
    def read(given: Arguments) -> Input:
        among, known, path = _among(given, "where")
        return Counted(Census(among, given.compiled(path, known)), PERCENT if share else NUMBER, share=share)

    return read


def _together(function: str) -> Callable[[Arguments], Input]:
    def read(given: Arguments) -> Input:
        among, known, path = _among(given, "value")
        value = given.compiled(path, known)
        energy = function == "avg" and _are_levels(value, known)
        return Together(function, among, value, value.term.type, energy=energy)

    return read


def _are_levels(value: Compiled, known: Vocabulary) -> bool:
    """Whether the values are levels in dB, as the properties are that they come from."""
    properties = [known.properties[name] for name in value.needs]
    energetic = bool(properties) and all(each.aggregation == "energy-mean" for each in properties)
    return energetic and value.term.type.unit == properties[0].unit and not value.term.type.difference


READERS: Final = (
    Reader(("how_many",), "how_many: {where: {at_least: [fill, 80 %]}}", _counted(share=False), _conditions),
    Reader(("share_of",), "share_of: {where: {absent_for: [fill, 72 h]}}", _counted(share=True), _conditions),
    *(
        Reader((f"{function}_of",), f"{function}_of: {{value: level}}", _together(function), _conditions)
        for function in TOGETHER
    ),
)
