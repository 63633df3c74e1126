"""A person overrides a group for a time, or lets it follow its calendar again."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Final

import msgspec

from services.lighting_controller.domain import holding
from services.lighting_controller.domain.announcing import override_changed
from services.lighting_controller.domain.arbitrating import Source
from services.lighting_controller.domain.group import LuminaireGroup
from services.lighting_controller.domain.override import Order, Override, Standing, Transition
from services.lighting_controller.storage.groups import Groups
from services.lighting_controller.storage.overrides import Overrides
from shared import bus
from shared.actor import Actor
from shared.errors import InputError, NotFound
from shared.model.lighting import OverrideState
from shared.runtime.database import Database, Transaction

_IDS: Final = uuid.UUID("5b6a3c52-6f0e-5d0b-9b53-0f4c9a2f6d11")


class Demand(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a person wants of a group.

    Attributes:
        level: percent, 0 to 100.
        expiration: the override ends then; a person may forget, a street may not stay dark.
        start: None: at once.
        day: act also while the calendar has the group unlit.
    """

    group: str
    level: int
    reason: str
    expiration: datetime
    start: datetime | None = None
    ramp_s: float = 0.0
    day: bool = False


def override_group(database: Database, demand: Demand, actor: Actor, now: datetime) -> str:
    """Begin the override; its id.

    Raises:
        InputError: the demand can't be met as it stands.
        NotFound: no such group.
        Forbidden: the group is another directorate's.
    """
    starts_at = max(demand.start or now, now)
    _check(demand, starts_at)
    with database.transaction() as transaction:
        group = _group(transaction, demand.group, actor, "override")
        override = _override(demand, group, actor, starts_at, now)
        Overrides(transaction).save([override])
        if override.standing is Standing.ACTING:
            transaction.publish(
                bus.OVERRIDE_CHANGED, override_changed(override, Transition(OverrideState.STARTED, now))
            )
        Groups(transaction).mark_due({group.id}, now)
        detail = f"{demand.level} % until {demand.expiration.isoformat()}: {demand.reason}"
        transaction.audit(actor, "override", group.id, now, detail)
    return override.id


def resume_group(database: Database, group_id: str, actor: Actor, now: datetime) -> list[str]:
    """End every person's override of the group; the ids of those. Overrides of rules stay.

    Raises:
        NotFound: no such group.
        Forbidden: the group is another directorate's.
    """
    with database.transaction() as transaction:
        group = _group(transaction, group_id, actor, "resume")
        living = Overrides(transaction).living([group.id])
        ended = [holding.end(item, now) for item in living if item.order.source is Source.OPERATOR]
        released = [answer.override for answer in ended if answer.override is not None]
        Overrides(transaction).save(released)
        for override in released:
            changed = override_changed(override, Transition(OverrideState.RELEASED, now))
            transaction.publish(bus.OVERRIDE_CHANGED, changed)
        Groups(transaction).mark_due({group.id}, now)
        transaction.audit(actor, "resume", group.id, now)
    return [override.id for override in released]


def _check(demand: Demand, starts_at: datetime) -> None:
    for moment in (demand.expiration, demand.start):
        if moment is not None and moment.tzinfo is None:
            raise InputError(f"{moment.isoformat()} has no time zone")
    if demand.level not in range(101):
        raise InputError(f"a level is 0 to 100 percent, not {demand.level}")
    if not 0 <= demand.ramp_s <= 3600:
        raise InputError(f"a ramp lasts 0 to 3600 seconds, not {demand.ramp_s}")
    if not demand.reason.strip():
        raise InputError("an override needs a reason")
    if demand.expiration <= starts_at:
        raise InputError("an override must expire after it starts, and after now")


def _group(transaction: Transaction, group_id: str, actor: Actor, act: str) -> LuminaireGroup:
    Groups(transaction).lock([group_id])
    group = Groups(transaction).get([group_id]).get(group_id)
    if group is None:
        raise NotFound("group of luminaires", group_id)
    actor.require(group.directorate, f"{act} {group_id}")
    return group


def _override(demand: Demand, group: LuminaireGroup, actor: Actor, starts_at: datetime, now: datetime) -> Override:
    order = Order(
        source=Source.OPERATOR,
        by=actor.id,
        alert="",
        rule="",
        owner=actor.directorate or group.directorate,
        group=group.id,
        level=demand.level,
        reason=demand.reason,
        day=demand.day,
        ramp=timedelta(seconds=demand.ramp_s),
    )
    return Override(
        id=str(uuid.uuid5(_IDS, f"{actor.id} {group.id} {now.isoformat()} {starts_at.isoformat()}")),
        order=order,
        starts_at=starts_at,
        asked_at=now,
        lease_until=demand.expiration,
        standing=Standing.SCHEDULED if starts_at > now else Standing.ACTING,
        used=timedelta(),
        counted_until=starts_at,
    )
