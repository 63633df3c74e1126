"""Act on what is due: hear the luminaires concerned, settle their groups, send commands, hear what they did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from services.lighting_controller.domain.calendar import Calendars
from services.lighting_controller.domain.driver import Command, Driver
from services.lighting_controller.domain.reconciling import Move, Patience
from services.lighting_controller.storage.agenda import next_due
from services.lighting_controller.storage.luminaires import Luminaires
from services.lighting_controller.use_cases.hear_reports import hear_reports
from services.lighting_controller.use_cases.settle_groups import due_groups, settle_groups
from shared.errors import DeliveryDelayed
from shared.runtime.database import Database

PATIENCE: Final = Patience()


@dataclass(frozen=True)
class Acted:
    """When the next row is due (None: nothing is planned), and what was done about luminaires."""

    next_due: datetime | None
    moves: Counter[Move]


def act_on_due(
    database: Database, driver: Driver, calendars: Calendars, now: datetime, patience: Patience = PATIENCE
) -> Acted:
    """Act on every row that is due at ``now``; one indexed question if none is.

    Commands leave after the transaction that notes them as sent: if the process dies between, they are due again.
    """
    with database.transaction() as transaction:
        due_at = next_due(transaction)
        if due_at is None or due_at > now:
            return Acted(due_at, Counter())
        luminaires = Luminaires(transaction).concerned(due_groups(transaction, now), now)
    reports = driver.reports([luminaire.id for luminaire in luminaires], now)
    with database.transaction() as transaction:
        hear_reports(transaction, reports, now)
        settled = settle_groups(transaction, calendars, now, patience)
    _command(database, driver, settled.commands, now)
    with database.transaction() as transaction:
        return Acted(next_due(transaction), Counter(settled.moves))


def _command(database: Database, driver: Driver, commands: Sequence[Command], now: datetime) -> None:
    if not commands:
        return
    try:
        driver.send(commands, now)
    except DeliveryDelayed:
        return  # noted as sent; when no answer comes they are sent again
    reports = driver.reports([command.luminaire for command in commands], now)
    with database.transaction() as transaction:
        hear_reports(transaction, reports, now)
