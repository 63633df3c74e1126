"""Take up control when the process starts: learn what every luminaire does before any is commanded."""

from __future__ import annotations

from datetime import datetime

from services.lighting_controller.domain.driver import Driver
from services.lighting_controller.domain.reconciling import postpone
from services.lighting_controller.storage.groups import Groups
from services.lighting_controller.storage.luminaires import Luminaires
from services.lighting_controller.storage.programmes import Programmes
from services.lighting_controller.use_cases.hear_reports import hear_reports
from shared.runtime.database import Database


def take_up_control(database: Database, driver: Driver, now: datetime) -> None:
    """Hear all luminaires, and have every group and programme looked at again: calendars may have changed meanwhile.

    What was noted as sent by the process before may never have left: it is due again at once.
    """
    with database.transaction() as transaction:
        luminaires = Luminaires(transaction).ids()
    reports = driver.reports(luminaires, now)
    with database.transaction() as transaction:
        hear_reports(transaction, reports, now)
        known = Luminaires(transaction).get(luminaires)
        unanswered = [luminaire for luminaire in known if luminaire.in_flight and luminaire.fault is None]
        Luminaires(transaction).save([postpone(luminaire, now) for luminaire in unanswered])
        Groups(transaction).mark_all_due(now)
        Programmes(transaction).keep(luminaires, now)
