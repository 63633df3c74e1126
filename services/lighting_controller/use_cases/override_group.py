"""A person overrides a group for a time, or lets it follow its calendar and the rules again."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

import msgspec

from services.lighting_controller.domain.arbitrating import Source
from services.lighting_controller.domain.group import LuminaireGroup
from services.lighting_controller.domain.orders import holding
from services.lighting_controller.domain.orders.announcing import override_changed
from services.lighting_controller.domain.orders.order_wanted import (
    KeyTaken,
    Span,
    WantedOverride,
    digest_of,
    span_of_override,
)
from services.lighting_controller.domain.orders.override import Order, Override, Standing, Transition
from services.lighting_controller.storage.groups import Groups
from services.lighting_controller.storage.overrides import Overrides
from shared import bus
from shared.actor import Actor
from shared.errors import InputError, NotFound
from shared.model.lighting import OverrideState
from shared.runtime.database import Database, Transaction

_IDS: Final = uuid.UUID("5b6a3c52-6f0e-5d0b-9b53-0f4c9a2f6d11")


class Ordered(msgspec.Struct, frozen=True):
    """What came of an order.

    Attributes:
        override: the one that was begun; None: none was, the group resumes.
        ended: the overrides that were ended.
        repeated: the same had been asked before, and nothing was changed now.
    """

    override: str | None = None
    ended: tuple[str, ...] = ()
    repeated: bool = False


def override_group(database: Database, wanted: WantedOverride, actor: Actor, now: datetime) -> Ordered:
    """Begin the override, or, without a level, resume.

    Raises:
        BadOrder: with all that is wrong with what is asked.
        KeyTaken: the caller's key stood for another demand.
        NotFound: no such group.
        Forbidden: the group is another directorate's.
    """
    span = span_of_override(wanted, now)
    if wanted.level is None:
        return resume_group(database, wanted.group, actor, now, wanted.reason)
    identifier, digest = override_id(wanted, actor, now), digest_of(wanted)
    with database.transaction() as transaction:
        transaction.alone(f"override {identifier}")
        group = group_of(transaction, wanted.group, actor, "override")
        known = Overrides(transaction).get([identifier]).get(identifier)
        if known is not None:
            if known.demand != digest:
                raise KeyTaken(wanted.key or "")
            return Ordered(identifier, repeated=True)
        override = wanted_override(wanted, int(wanted.level), span, group, actor, now)
        Overrides(transaction).save([override])
        if override.standing is Standing.ACTING:
            transaction.publish(
                bus.OVERRIDE_CHANGED, override_changed(override, Transition(OverrideState.STARTED, now))
            )
        Groups(transaction).mark_due({group.id}, now)
        detail = f"{override.order.level} % until {span.ends_at.isoformat()}: {wanted.reason}"
        transaction.audit(actor, "override", group.id, now, detail)
    return Ordered(identifier)


def resume_group(database: Database, group_id: str, actor: Actor, now: datetime, reason: str = "") -> Ordered:
    """End every person's override of the group, also those to come. Those of rules and emergencies stay.

    Raises:
        NotFound: no such group.
        Forbidden: the group is another directorate's.
    """
    with database.transaction() as transaction:
        group = group_of(transaction, group_id, actor, "resume")
        living = Overrides(transaction).living([group.id])
        ended = release(transaction, (item for item in living if item.order.source is Source.OPERATOR), now)
        transaction.audit(actor, "resume", group.id, now, reason.strip())
    return Ordered(ended=tuple(override.id for override in ended))


def end_override(database: Database, identifier: str, actor: Actor, now: datetime, reason: str = "") -> Ordered:
    """End one person's override before its time; one that is over already stays as it is.

    Raises:
        NotFound: no such override.
        InputError: it is a rule's, or a part of an emergency.
        Forbidden: the group is another directorate's.
    """
    with database.transaction() as transaction:
        override = Overrides(transaction).get([identifier]).get(identifier)
        if override is None:
            raise NotFound("override", identifier)
        _require_persons(override)
        group = group_of(transaction, override.order.group, actor, "resume")
        # Read again under the group's lock: it may have ended meanwhile.
        living = Overrides(transaction).living([group.id])
        ended = release(transaction, (item for item in living if item.id == identifier), now)
        if ended:
            transaction.audit(actor, "resume", group.id, now, f"{identifier} {reason}".strip())
    return Ordered(ended=tuple(item.id for item in ended))


def release(transaction: Transaction, overrides: Iterable[Override], now: datetime) -> list[Override]:
    """End these, tell it, and have their groups decided again."""
    ended = [holding.end(override, now).override for override in overrides]
    released = [override for override in ended if override is not None]
    Overrides(transaction).save(released)
    for override in released:
        changed = override_changed(override, Transition(OverrideState.RELEASED, now))
        transaction.publish(bus.OVERRIDE_CHANGED, changed)
    Groups(transaction).mark_due({override.order.group for override in released}, now)
    return released


def group_of(transaction: Transaction, group_id: str, actor: Actor, act: str) -> LuminaireGroup:
    """The group, locked, if the actor may do that to it.

    Raises:
        NotFound, Forbidden: as its users say.
    """
    Groups(transaction).lock([group_id])
    group = Groups(transaction).one(group_id)
    actor.require(group.directorate, f"{act} {group_id}")
    return group


def override_id(wanted: WantedOverride, actor: Actor, now: datetime) -> str:
    """The same for the same key of the same caller; without a key for the same demand at the same moment."""
    said = f"key {wanted.key}" if wanted.key is not None else f"{now.isoformat()} {digest_of(wanted)}"
    return str(uuid.uuid5(_IDS, f"{actor.id} {said}"))


def wanted_override(
    wanted: WantedOverride, level: int, span: Span, group: LuminaireGroup, actor: Actor, now: datetime
) -> Override:
    """The override as it begins."""
    order = Order(
        source=Source.OPERATOR,
        by=actor.id,
        alert="",
        rule="",
        owner=actor.directorate or group.directorate,
        group=group.id,
        level=level,
        reason=wanted.reason.strip(),
        day=wanted.day,
        ramp=timedelta(seconds=wanted.ramp_s),
    )
    return Override(
        id=override_id(wanted, actor, now),
        order=order,
        starts_at=span.starts_at,
        asked_at=now,
        lease_until=span.ends_at,
        standing=Standing.SCHEDULED if span.starts_at > now else Standing.ACTING,
        used=timedelta(),
        counted_until=span.starts_at,
        demand=digest_of(wanted),
    )


def _require_persons(override: Override) -> None:
    if override.order.emergency:
        raise InputError(
            f"elle fait partie de l'urgence {override.order.emergency}, à terminer elle-même / "
            "it is part of that emergency: end the emergency"
        )
    if override.order.source is not Source.OPERATOR:
        raise InputError(
            f"la règle {override.order.rule} la tient, et la renouvellerait : commandez le groupe, ou changez la règle"
            " / that rule holds it and would renew it: override the group, or change the rule"
        )
