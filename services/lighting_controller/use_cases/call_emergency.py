"""Somebody lights a part of the city in an emergency, renews that, or ends it before its time."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

import msgspec

from services.lighting_controller.domain.group import LuminaireGroup
from services.lighting_controller.domain.orders import order_faults
from services.lighting_controller.domain.orders.announcing import override_changed
from services.lighting_controller.domain.orders.emergency import Emergency, Reach, Scope, luminaires_of, reach_of
from services.lighting_controller.domain.orders.order_wanted import (
    BadOrder,
    KeyTaken,
    WantedEmergency,
    WantedRenewal,
    digest_of,
    new_end,
    scope_of,
    span_of_emergency,
)
from services.lighting_controller.domain.orders.override import Override, Standing, Transition
from services.lighting_controller.domain.orders.polygon_wanted import turned
from services.lighting_controller.storage.emergencies import Emergencies
from services.lighting_controller.storage.groups import Groups
from services.lighting_controller.storage.overrides import Overrides
from services.lighting_controller.use_cases.override_group import release
from shared import bus
from shared.actor import Actor
from shared.documents import nearest
from shared.errors import InputError, NotFound
from shared.model.lighting import OverrideState
from shared.model.registry import Point
from shared.runtime.database import Database, Transaction
from shared.runtime.registry_copy import RegistryCopy

_LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH: Final = 7


class Called(msgspec.Struct, frozen=True):
    """An emergency that was called.

    Attributes:
        luminaires: how many it reaches.
        groups: those that it reaches, whole or in part.
        ungrouped: luminaires that lie there and belong to no group: nobody can command them.
        repeated: the same had been asked before, and nothing was changed now.
    """

    emergency: str
    until: datetime
    luminaires: int
    groups: tuple[str, ...]
    ungrouped: tuple[str, ...] = ()
    repeated: bool = False


@dataclass(frozen=True)
class Planned:
    """An emergency with its part of each group, as they would begin."""

    emergency: Emergency
    reach: Reach
    groups: dict[str, LuminaireGroup]
    parts: tuple[Override, ...]


def call_emergency(database: Database, wanted: WantedEmergency, actor: Actor, now: datetime) -> Called:
    """Begin it.

    Raises:
        BadOrder: with all that is wrong with what is asked.
        KeyTaken: the caller's key stood for another demand.
        NotFound: no such area or group.
        Forbidden: the actor may call none.
    """
    with database.transaction() as transaction:
        transaction.alone(f"emergency {emergency_id(wanted, actor, now)}")
        planned = plan_emergency(transaction, wanted, actor, now)
        emergency, known = planned.emergency, Emergencies(transaction).find(planned.emergency.id)
        if known is not None:
            if known.demand != emergency.demand:
                raise KeyTaken(wanted.key or "")
            return _called(known, planned, repeated=True)
        Groups(transaction).lock(planned.groups)
        Emergencies(transaction).save(emergency)
        begin_parts(transaction, planned.parts, now)
        detail = f"{emergency.level} % until {emergency.lease_until.isoformat()}, {emergency.scope.in_words()}"
        transaction.audit(actor, "emergency", emergency.id, now, f"{detail}: {emergency.reason}")
    return _called(emergency, planned)


def renew_emergency(
    database: Database, identifier: str, wanted: WantedRenewal, actor: Actor, now: datetime
) -> datetime:
    """Let it last longer, or end sooner; when it ends now.

    Raises:
        BadOrder: with all that is wrong with what is asked.
        InputError: it is over: call another.
        NotFound: no such emergency.
        Forbidden: the actor may call none.
    """
    actor.require_emergency(f"renew {identifier}")
    until = new_end(wanted, now)
    with database.transaction() as transaction:
        emergency = _locked(transaction, identifier)
        if not emergency.is_living(now):
            raise InputError(f"l'urgence {identifier} est terminée, déclarez-en une autre / is over: call another")
        if until <= emergency.starts_at:
            raise BadOrder([order_faults.OVER_BEFORE])
        Emergencies(transaction).save(replace(emergency, lease_until=until, asked_at=now))
        living = [part for part in Overrides(transaction).of_emergency(identifier) if not part.standing.has_ended]
        Overrides(transaction).save([replace(part, lease_until=until, asked_at=now) for part in living])
        Groups(transaction).mark_due({part.order.group for part in living}, now)
        transaction.audit(actor, "renew emergency", identifier, now, f"until {until.isoformat()}: {wanted.reason}")
    return until


def end_emergency(database: Database, identifier: str, actor: Actor, now: datetime, reason: str = "") -> Emergency:
    """End it before its time; one that is over stays as it is.

    Raises:
        NotFound: no such emergency.
        Forbidden: the actor may call none.
    """
    actor.require_emergency(f"end {identifier}")
    with database.transaction() as transaction:
        emergency = _locked(transaction, identifier)
        if not emergency.is_living(now):
            return emergency
        emergency = replace(emergency, ended_at=now, asked_at=now)
        Emergencies(transaction).save(emergency)
        parts = Overrides(transaction).of_emergency(identifier)
        release(transaction, [part for part in parts if not part.standing.has_ended], now)
        transaction.audit(actor, "end emergency", identifier, now, reason.strip())
    return emergency


def plan_emergency(transaction: Transaction, wanted: WantedEmergency, actor: Actor, now: datetime) -> Planned:
    """The emergency as it would begin.

    Raises:
        BadOrder, NotFound, Forbidden: as for calling it.
    """
    actor.require_emergency("call an emergency")
    span, inventory = span_of_emergency(wanted, now), RegistryCopy(transaction).inventory()
    emergency = Emergency(
        id=emergency_id(wanted, actor, now),
        by=actor.id,
        reason=wanted.reason.strip(),
        level=int(wanted.level),
        scope=scope_of(wanted),
        starts_at=span.starts_at,
        asked_at=now,
        lease_until=span.ends_at,
        day=wanted.day,
        ramp=timedelta(seconds=wanted.ramp_s),
        demand=digest_of(wanted),
    )
    groups = Groups(transaction).all()
    _require_known(emergency.scope, {area.id for area in inventory.areas}, groups)
    reach = reach_of(emergency.scope, inventory.points, list(groups.values()))
    if not reach.parts:
        raise BadOrder([_nothing_there(emergency.scope, inventory.points)])
    own = {name: groups[name] for name in reach.parts}
    parts = tuple(emergency.part(group, reach.parts[name], now) for name, group in own.items())
    return Planned(emergency, reach, own, parts)


def begin_parts(transaction: Transaction, parts: Collection[Override], now: datetime) -> None:
    """Store new parts of an emergency, tell those that act, and have their groups decided."""
    Overrides(transaction).save(list(parts))
    for part in parts:
        if part.standing is Standing.ACTING:
            started = override_changed(part, Transition(OverrideState.STARTED, now))
            transaction.publish(bus.OVERRIDE_CHANGED, started)
    Groups(transaction).mark_due({part.order.group for part in parts}, now)


def emergency_id(wanted: WantedEmergency, actor: Actor, now: datetime) -> str:
    """Short enough for a radio; the same for the same key of the same caller, or the same demand at that moment."""
    said = f"key {wanted.key}" if wanted.key is not None else f"{now.isoformat()} {digest_of(wanted)}"
    number = int.from_bytes(hashlib.sha256(f"{actor.id} {said}".encode()).digest(), "big")
    letters = [_LETTERS[number // len(_LETTERS) ** place % len(_LETTERS)] for place in range(_LENGTH)]
    return f"E-{''.join(letters)}"


def _locked(transaction: Transaction, identifier: str) -> Emergency:
    """The emergency, while nobody else changes it or its parts."""
    transaction.alone(f"emergency {identifier}")
    Emergencies(transaction).get(identifier)
    Groups(transaction).lock({part.order.group for part in Overrides(transaction).of_emergency(identifier)})
    return Emergencies(transaction).get(identifier)


def _require_known(scope: Scope, areas: Collection[str], groups: Collection[str]) -> None:
    if scope.area is not None and scope.area not in areas:
        raise NotFound("area", scope.area, nearest(scope.area, areas))
    for group in scope.groups:
        if group not in groups:
            raise NotFound("group of luminaires", group, nearest(group, groups))


def _nothing_there(scope: Scope, points: Collection[Point]) -> str:
    """Why a place lights nothing; the usual slip, latitude written before longitude, is looked for."""
    if scope.geometry is not None and reach_of(replace(scope, geometry=turned(scope.geometry)), points, []).ungrouped:
        return order_faults.TURNED
    return order_faults.nothing_there(scope.in_words())


def _called(emergency: Emergency, planned: Planned, *, repeated: bool = False) -> Called:
    reached = luminaires_of((part.order for part in planned.parts), planned.groups)
    until = emergency.ended_at or emergency.lease_until
    return Called(emergency.id, until, len(reached), tuple(planned.groups), planned.reach.ungrouped, repeated)
