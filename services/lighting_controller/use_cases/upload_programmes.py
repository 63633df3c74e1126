"""Give luminaires what they keep for when they are cut off: a day's noon adds a night, and so does what changed."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Final

from services.lighting_controller.domain.calendars.calendar import Calendars
from services.lighting_controller.domain.commanding.driver import FailSafe
from services.lighting_controller.domain.commanding.kept_programme import Nights, nights_of
from services.lighting_controller.domain.commanding.pacing import Pace
from services.lighting_controller.domain.envelope.limits import Survey
from services.lighting_controller.domain.group import LuminaireGroup
from services.lighting_controller.domain.road_class import RoadClass
from services.lighting_controller.storage.groups import Groups
from services.lighting_controller.storage.programmes import Given, Programmes
from services.lighting_controller.storage.safety import Safety
from shared.errors import DeliveryDelayed
from shared.runtime.database import Database

_log: Final = logging.getLogger(__name__)
_AT_ONCE: Final = 500
_A_DAY: Final = timedelta(days=1)
_AGAIN_AFTER: Final = timedelta(seconds=30)


@dataclass(frozen=True)
class Uploaded:
    """What became of the programmes that were due.

    Attributes:
        next_due: when the next is; None: there are no luminaires.
        number: how many were given: the way has them, which keeps them for luminaires that are away.
        pace: what is left of it.
        unchanged: how many luminaires have theirs already.
        refused: how many were to leave when the way was closed.
        outstanding: how many luminaires wait for another; None: nothing was due, so it is what it was.
    """

    next_due: datetime | None
    number: int = 0
    pace: Pace | None = None
    unchanged: int = 0
    refused: int = 0
    outstanding: int | None = None


def upload_programmes(
    database: Database,
    driver: FailSafe,
    calendars: Calendars,
    safety: Safety,
    now: datetime,
    pace: Pace | None = None,
) -> Uploaded:
    """Give those that are due theirs, as many as the pace leaves room for; one indexed question if none is.

    A programme that a luminaire has already is not sent again. It is noted as given when it has left: if the process
    dies between, it is given twice, which changes nothing.
    """
    with database.transaction() as transaction:
        due_at = Programmes(transaction).next_due()
        if due_at is None or due_at > now:
            return Uploaded(due_at, 0, pace)
        due = Programmes(transaction).due(now)
        groups, surveyed = Groups(transaction).all(), safety.survey(transaction)
    nights = _nights(due, groups, calendars, surveyed, now)
    another = [name for name in nights if due[name].digest != nights[name][1]]
    leaving = another[: _AT_ONCE if pace is None else pace.free(now)]
    try:
        if leaving:
            driver.upload([nights[name][0].of(name) for name in leaving], now)
    except DeliveryDelayed as delayed:
        refused = _put_off(database, delayed, now, pace)
        return replace(refused, refused=len(leaving), outstanding=len(another))
    waiting = set(another[len(leaving) :])
    given = {name: Given(digest, own.renew_at) for name, (own, digest) in nights.items() if name not in waiting}
    # One that left its groups a moment ago; its row goes with it.
    given |= {name: Given(item.digest, now + _A_DAY) for name, item in due.items() if name not in nights}
    with database.transaction() as transaction:
        Programmes(transaction).given(due, given)
        due_at = Programmes(transaction).next_due()
    after = None if pace is None else pace.after(len(leaving), now)
    if due_at is not None and due_at <= now and pace is not None:
        due_at = pace.turn(0, now)
    return Uploaded(due_at, len(leaving), after, len(nights) - len(another), outstanding=len(waiting))


def _put_off(database: Database, delayed: DeliveryDelayed, now: datetime, pace: Pace | None) -> Uploaded:
    _log.warning("programmes are delayed", extra={"why": str(delayed)})
    wait = _AGAIN_AFTER if delayed.retry_after_s is None else timedelta(seconds=delayed.retry_after_s)
    with database.transaction() as transaction:
        Programmes(transaction).put_off(now + wait, now)
    return Uploaded(now + wait, 0, pace)


def _nights(
    due: Iterable[str], groups: Mapping[str, LuminaireGroup], calendars: Calendars, surveyed: Survey, now: datetime
) -> dict[str, tuple[Nights, str]]:
    """The nights of each and their digest; those of the same groups and road class are worked out once."""
    memberships: dict[str, list[str]] = defaultdict(list)
    for group in groups.values():
        for luminaire in group.luminaires:
            memberships[luminaire].append(group.id)
    alike = {name: (tuple(memberships[name]), surveyed.class_of(name)) for name in due if name in memberships}
    found: dict[tuple[tuple[str, ...], RoadClass], tuple[Nights, str]] = {}
    for own, road in set(alike.values()):
        nights = nights_of([groups[name] for name in own], calendars, road, now)
        found[own, road] = nights, _digest(nights)
    return {luminaire: found[shared] for luminaire, shared in alike.items()}


def _digest(nights: Nights) -> str:
    steps: Sequence[str] = [f"{step.at.isoformat()} {step.level}" for step in nights.steps]
    return blake2b("\n".join((*steps, nights.until.isoformat())).encode(), digest_size=16).hexdigest()
