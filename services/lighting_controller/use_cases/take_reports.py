"""Take what luminaires report by themselves. A report that can't be taken is counted, and harms nothing."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from services.lighting_controller.domain.commanding.driver import Report
from services.lighting_controller.domain.commanding.watch import Watch
from services.lighting_controller.drivers import Read
from services.lighting_controller.drivers.mqtt_messages import NotAReport, read_own
from services.lighting_controller.use_cases.hear_reports import PLAIN, hear_reports
from shared.model.uplinks import Uplink
from shared.runtime.database import Database, Received

NOT_EXPECTED: Final = "not-expected"
"""It is of nobody whom the driver of this process reaches, or that driver has its reports from elsewhere."""

_log: Final = logging.getLogger(__name__)


@dataclass(frozen=True)
class Taken:
    """How many reports had which outcome, and how long each command took that they acknowledge."""

    outcomes: Counter[str]
    answers: tuple[timedelta, ...] = ()


def take_reports(
    database: Database,
    received: Sequence[Received[Uplink]],
    now: datetime,
    watch: Watch = PLAIN,
    read: Read | None = read_own,
) -> Taken:
    """What came of them. The same report twice changes nothing, so none is remembered.

    Args:
        read: of the way on which this process reaches luminaires; None: they don't report by themselves.
    """
    if read is None:
        return Taken(Counter({NOT_EXPECTED: len(received)}))
    outcomes = Counter[str]()
    reports: list[Report] = []
    for item in received:
        try:
            report = read(item.message.topic, item.message.body, now)
            if report is None:
                outcomes[NOT_EXPECTED] += 1
            else:
                reports.append(report)
        except NotAReport as refused:
            outcomes[refused.reason] += 1
            _log.info("a report was refused", extra={"topic": item.message.topic, "why": str(refused)})
    if not reports:
        return Taken(outcomes)
    with database.transaction() as transaction:
        heard = hear_reports(transaction, reports, now, watch)
    taken = Counter({outcome.value: number for outcome, number in heard.outcomes.items()})
    return Taken(outcomes + taken, heard.answers)
