"""Act on what is due: hear the luminaires concerned, settle their groups, send commands, hear what they did."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from services.lighting_controller.domain.calendars.calendar import Calendars
from services.lighting_controller.domain.commanding.driver import Command, Driver
from services.lighting_controller.domain.commanding.pacing import Paces
from services.lighting_controller.domain.commanding.reconciling import Move, postpone
from services.lighting_controller.domain.commanding.watch import Watch
from services.lighting_controller.domain.fault import Fault
from services.lighting_controller.storage.agenda import next_due
from services.lighting_controller.storage.findings import Findings
from services.lighting_controller.storage.luminaires import Luminaires
from services.lighting_controller.storage.safety import Safety
from services.lighting_controller.use_cases.hear_reports import PLAIN, Hearing, hear_reports
from services.lighting_controller.use_cases.save_luminaires import save_luminaires
from services.lighting_controller.use_cases.settle_groups import claim_due, due_groups, settle_groups
from shared.errors import DeliveryDelayed
from shared.runtime.database import Database

_log: Final = logging.getLogger(__name__)
UNPACED: Final = Paces()


@dataclass(frozen=True)
class Acted:
    """What came of it.

    Attributes:
        next_due: when the next row is due; None: nothing is planned.
        moves: what was done about luminaires.
        paces: of the gateways afterwards.
        sent: the commands that were handed over.
        answers: how long commands took that were acknowledged.
        faults: how many luminaires have each fault; None: nothing was due, so it is what it was.
        silent: those that can't be reached, as far as faults are known.
    """

    next_due: datetime | None
    moves: Counter[Move]
    paces: Paces = UNPACED
    sent: tuple[Command, ...] = ()
    answers: tuple[timedelta, ...] = ()
    faults: dict[Fault, int] | None = field(default=None)
    silent: tuple[str, ...] = ()


def act_on_due(
    database: Database,
    driver: Driver,
    calendars: Calendars,
    safety: Safety,
    now: datetime,
    watch: Watch = PLAIN,
    paces: Paces = UNPACED,
) -> Acted:
    """Act on every row that is due at ``now``; one indexed question if none is.

    Commands leave after the transaction that notes them as sent: if the process dies between, they are due again.
    """
    with database.transaction() as transaction:
        due_at = next_due(transaction)
        if due_at is None or due_at > now:
            return Acted(due_at, Counter(), paces)
        luminaires = Luminaires(transaction).concerned(due_groups(transaction, now), now)
    reports = driver.reports(luminaires, now)
    with database.transaction() as transaction:
        due = claim_due(transaction, now, {report.luminaire for report in reports})
        heard = hear_reports(transaction, reports, now, watch)
        settled = settle_groups(transaction, due, calendars, safety, now, watch, paces, heard.luminaires)
    sent, answered = _command(database, driver, settled.commands, now, watch)
    with database.transaction() as transaction:
        delayed = len(settled.commands) - len(sent)
        moves = Counter(settled.moves) + Counter({Move.DELAY: delayed})
        answers = heard.answers + answered.answers
        findings = Findings(transaction)
        faults = findings.counts()
        silent = tuple(findings.luminaires_with(Fault.COMMUNICATION)) if Fault.COMMUNICATION in faults else ()
        return Acted(next_due(transaction), moves, settled.paces, sent, answers, faults, silent)


def _command(
    database: Database, driver: Driver, commands: tuple[Command, ...], now: datetime, watch: Watch
) -> tuple[tuple[Command, ...], Hearing]:
    """Send them; those that left, and what was heard at once."""
    if not commands:
        return (), Hearing(Counter())
    # Who was frozen since it noted them must not send what another has decided anew.
    database.require_fence()
    try:
        driver.send(commands, now)
    except DeliveryDelayed as delayed:
        wait = delayed.retry_after_s
        _log.warning("commands are delayed", extra={"number": len(commands), "why": str(delayed)})
        reopened = watch.patience.reopened_after if wait is None else timedelta(seconds=wait)
        _postpone(database, commands, now, now + reopened)
        return (), Hearing(Counter())
    reports = driver.reports([command.luminaire for command in commands], now)
    with database.transaction() as transaction:
        return commands, hear_reports(transaction, reports, now, watch)


def _postpone(database: Database, commands: Sequence[Command], now: datetime, until: datetime) -> None:
    """They were noted as sent, and none has left. A luminaire that was told something else meanwhile keeps that."""
    sent = {command.luminaire: command.sequence for command in commands}
    with database.transaction() as transaction:
        luminaires = Luminaires(transaction).get(sorted(sent))
        held = [luminaire for luminaire in luminaires if luminaire.sequence == sent[luminaire.id]]
        save_luminaires(transaction, [(luminaire, postpone(luminaire, until)) for luminaire in held], now)
