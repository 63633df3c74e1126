"""The rules to which a rule gives way, each with the place where it is named."""

from __future__ import annotations

from collections.abc import Iterator

from services.rules_engine.domain.rule import Place, Rule
from services.rules_engine.domain.unless import Unless


def unlesses(rule: Rule) -> Iterator[tuple[Unless, Place]]:
    """In the order in which they are written, for a rule without errors: each one written was read."""
    for index, unless in enumerate(rule.unless):
        yield unless, _named(rule, index)


def _named(rule: Rule, index: int) -> Place:
    """One may stand alone, without a list, and be its name alone, without ``rule:``."""
    spans, place = rule.place.document.spans, rule.place.at("unless", index)
    place = place if place.path in spans else rule.place.at("unless")
    return place.at("rule") if place.at("rule").path in spans else place
