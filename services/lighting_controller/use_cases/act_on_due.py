"""Act on what is due: hear the luminaires concerned, settle their groups, send commands, hear what they did."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from services.lighting_controller.domain.calendar import Calendars
from services.lighting_controller.domain.driver import Command, Driver
from services.lighting_controller.domain.pacing import Pace
from services.lighting_controller.domain.reconciling import Move, Patience, postpone
from services.lighting_controller.storage.agenda import next_due
from services.lighting_controller.storage.luminaires import Luminaires
from services.lighting_controller.storage.safety import Safety
from services.lighting_controller.use_cases.hear_reports import hear_reports
from services.lighting_controller.use_cases.save_luminaires import save_luminaires
from services.lighting_controller.use_cases.settle_groups import due_groups, settle_groups
from shared.errors import DeliveryDelayed
from shared.runtime.database import Database

_log: Final = logging.getLogger(__name__)
PATIENCE: Final = Patience()


@dataclass(frozen=True)
class Acted:
    """When the next row is due (None: nothing is planned), what was done about luminaires, and the pace after it."""

    next_due: datetime | None
    moves: Counter[Move]
    pace: Pace | None = None


def act_on_due(
    database: Database,
    driver: Driver,
    calendars: Calendars,
    safety: Safety,
    now: datetime,
    patience: Patience = PATIENCE,
    pace: Pace | None = None,
) -> Acted:
    """Act on every row that is due at ``now``; one indexed question if none is.

    Commands leave after the transaction that notes them as sent: if the process dies between, they are due again.
    """
    with database.transaction() as transaction:
        due_at = next_due(transaction)
        if due_at is None or due_at > now:
            return Acted(due_at, Counter(), pace)
        luminaires = Luminaires(transaction).concerned(due_groups(transaction, now), now)
    reports = driver.reports([luminaire.id for luminaire in luminaires], now)
    with database.transaction() as transaction:
        hear_reports(transaction, reports, now)
        settled = settle_groups(transaction, calendars, safety, now, patience, pace)
    delayed = _command(database, driver, settled.commands, now, patience)
    with database.transaction() as transaction:
        moves = Counter(settled.moves) + Counter({Move.DELAY: delayed})
        return Acted(next_due(transaction), moves, settled.pace)


def _command(database: Database, driver: Driver, commands: Sequence[Command], now: datetime, patience: Patience) -> int:
    """Send them; how many could not leave."""
    if not commands:
        return 0
    try:
        driver.send(commands, now)
    except DeliveryDelayed as delayed:
        wait = delayed.retry_after_s
        _log.warning("commands are delayed", extra={"number": len(commands), "why": str(delayed)})
        _postpone(database, commands, now, now + (patience.reopened_after if wait is None else timedelta(seconds=wait)))
        return len(commands)
    reports = driver.reports([command.luminaire for command in commands], now)
    with database.transaction() as transaction:
        hear_reports(transaction, reports, now)
    return 0


def _postpone(database: Database, commands: Sequence[Command], now: datetime, until: datetime) -> None:
    """They were noted as sent, and none has left. A luminaire that was told something else meanwhile keeps that."""
    sent = {command.luminaire: command.sequence for command in commands}
    with database.transaction() as transaction:
        luminaires = Luminaires(transaction).get(sorted(sent))
        held = [luminaire for luminaire in luminaires if luminaire.sequence == sent[luminaire.id]]
        save_luminaires(transaction, {luminaire: postpone(luminaire, until) for luminaire in held}, now)
