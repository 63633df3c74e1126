"""Take what luminaires report by themselves. A report that can't be taken is counted, and harms nothing."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from services.lighting_controller.domain.driver import Report
from services.lighting_controller.drivers import Read
from services.lighting_controller.drivers.mqtt_messages import NotAReport, read_own
from services.lighting_controller.use_cases.hear_reports import hear_reports
from shared.model.uplinks import Uplink
from shared.runtime.database import Database, Received

NOT_EXPECTED: Final = "not-expected"
"""It is of nobody whom the driver of this process reaches, or that driver has its reports from elsewhere."""

_log: Final = logging.getLogger(__name__)


def take_reports(
    database: Database, received: Sequence[Received[Uplink]], now: datetime, read: Read | None = read_own
) -> Counter[str]:
    """How many reports had which outcome. The same report twice changes nothing, so none is remembered.

    Args:
        read: of the way on which this process reaches luminaires; None: they don't report by themselves.
    """
    if read is None:
        return Counter({NOT_EXPECTED: len(received)})
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
        return outcomes
    with database.transaction() as transaction:
        heard = hear_reports(transaction, reports, now)
    return outcomes + Counter({outcome.value: number for outcome, number in heard.items()})
