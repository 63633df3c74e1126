"""Show what is wrong with luminaires, for who mends them."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from services.lighting_controller.domain.fault import Fault, Finding
from services.lighting_controller.domain.luminaire import Luminaire
from services.lighting_controller.domain.network.network import Network
from services.lighting_controller.storage.findings import Findings
from services.lighting_controller.storage.groups import Groups
from services.lighting_controller.storage.luminaires import Luminaires
from shared.runtime.database import Database


class FaultView(msgspec.Struct, frozen=True):
    """A fault of a luminaire.

    Attributes:
        cabinet, gateway: what feeds and reaches it; the cabinet may not be known.
        groups: those it is commanded with.
        muted: its cabinet has no power by day, so that it can't answer now.
        since, until: until None: it stands.
        tries: how many commands were sent to mend it.
        target, feedback, actual: percent; None: not decided or not heard.
        reported_at: when it was last heard; None: never.
    """

    luminaire: str
    fault: str
    since: datetime
    until: datetime | None
    tries: int
    cabinet: str
    gateway: str
    groups: tuple[str, ...]
    muted: bool
    target: int | None
    feedback: int | None
    actual: int | None
    power_w: float | None
    reported_at: datetime | None


def show_faults(
    database: Database, network: Network, now: datetime, ended_within: timedelta = timedelta()
) -> list[FaultView]:
    """Those that stand, and those that ended within a time before now, by luminaire."""
    with database.transaction() as transaction:
        found = Findings(transaction).standing(now - ended_within if ended_within else None)
        luminaires = Luminaires(transaction).some({luminaire for luminaire, _ in found})
        groups = Groups(transaction).of_luminaires(luminaires)
    return [
        _view(luminaires[name], item, network, groups.get(name, ()), now) for name, item in found if name in luminaires
    ]


def _view(luminaire: Luminaire, item: Finding, network: Network, groups: tuple[str, ...], now: datetime) -> FaultView:
    cabinet = network.cabinet_of(luminaire.id)
    around = network.around(luminaire.id, now)
    return FaultView(
        luminaire=luminaire.id,
        fault=item.fault.value,
        since=item.since or item.noticed_at,
        until=item.ended_at,
        tries=item.tries,
        cabinet=cabinet.id,
        gateway=cabinet.gateway,
        groups=groups,
        muted=item.fault is Fault.COMMUNICATION and not around.is_expected(now),
        target=None if luminaire.target is None else luminaire.target.level,
        feedback=luminaire.feedback,
        actual=luminaire.actual,
        power_w=luminaire.power_w,
        reported_at=luminaire.reported_at,
    )
