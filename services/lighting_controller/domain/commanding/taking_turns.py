"""Who of many luminaires goes through the envelope first: the strongest wish, then who waits longest, then by id.

So nobody starves: while no new wish comes, a minute's places go to those that have waited through the ones before.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from services.lighting_controller.domain.arbitrating import rank
from services.lighting_controller.domain.commanding.reconciling import aim
from services.lighting_controller.domain.envelope.envelope import confine, keep
from services.lighting_controller.domain.envelope.limits import Survey
from services.lighting_controller.domain.envelope.sharing import Shares
from services.lighting_controller.domain.luminaire import Luminaire


def confine_each(
    luminaires: Iterable[Luminaire], surveyed: Survey, shares: Shares, now: datetime
) -> tuple[dict[str, Luminaire], set[str]]:
    """The luminaires by id, with what each is commanded now of its wish; ids of those whose change counts."""
    aimed: dict[str, Luminaire] = {}
    counting: set[str] = set()
    for luminaire in sorted(luminaires, key=lambda item: _turn(item, now)):
        if luminaire.wanted is None:
            aimed[luminaire.id] = luminaire
            continue
        allowed = confine(luminaire, luminaire.wanted, surveyed.class_of(luminaire.id), shares, now)
        aimed[luminaire.id] = aim(keep(luminaire, allowed, now), allowed.wish, now)
        if allowed.counts:
            counting.add(luminaire.id)
    return aimed, counting


def _turn(luminaire: Luminaire, now: datetime) -> tuple[int, datetime, str]:
    source = 0 if luminaire.wanted is None else rank(luminaire.wanted.source)
    return source, luminaire.confined.since or now, luminaire.id
