"""What is wished of groups and luminaires at a moment: by calendars, and by every override that acts then."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from services.lighting_controller.domain.arbitrating import Decision, Source, Wish, decide
from services.lighting_controller.domain.calendars.calendar import Calendars
from services.lighting_controller.domain.darkness import is_dark
from services.lighting_controller.domain.group import LuminaireGroup
from services.lighting_controller.domain.orders.override import Override

Wished = tuple[Wish, frozenset[str] | None]
"""A wish, and the luminaires for which it is; None: for all of the group."""


def wishes_of(
    group: LuminaireGroup, calendars: Calendars, overrides: Iterable[Override], now: datetime
) -> tuple[Wish, ...]:
    """What is wished of the whole group, the calendar's wish first.

    Overrides of other groups are passed over, and those that are for some of its luminaires only.
    """
    members = frozenset(group.luminaires)
    wished = _wished(group, calendars, overrides, now)
    return tuple(wish for wish, luminaires in wished if luminaires is None or members <= luminaires)


def decisions_of(
    groups: Iterable[LuminaireGroup], calendars: Calendars, overrides: Iterable[Override], now: datetime
) -> dict[str, Decision]:
    """What decides for each luminaire of these groups; one may belong to several, whose wishes then all count."""
    wished: dict[str, tuple[Wish, ...]] = {}
    known = list(overrides)
    for group in groups:
        wishes = list(_wished(group, calendars, known, now))
        for luminaire in group.luminaires:
            own = tuple(wish for wish, luminaires in wishes if luminaires is None or luminaire in luminaires)
            wished[luminaire] = wished.get(luminaire, ()) + own
    # Most luminaires of a group have the same wishes: each combination is decided once.
    decided = {wishes: decide(wishes) for wishes in set(wished.values())}
    return {luminaire: decided[wishes] for luminaire, wishes in wished.items()}


def _wished(
    group: LuminaireGroup, calendars: Calendars, overrides: Iterable[Override], now: datetime
) -> Iterator[Wished]:
    level = calendars.plan_of(group.id, group.site).level_at(now)
    source = Source.CALENDAR if group.id in calendars.by_group else Source.DEFAULT
    yield Wish(source, level, source.value, group.id), None
    for override in overrides:
        if override.order.group != group.id:
            continue
        dark = override.beats_the_switch_off and is_dark(group.site, now)
        wish = override.wish(lit=level > 0, dark=dark)
        if wish is not None:
            luminaires = override.order.luminaires
            yield wish, None if luminaires is None else frozenset(luminaires)
