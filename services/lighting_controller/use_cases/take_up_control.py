"""Take up control when the process starts, or when its clock was set back.

What every luminaire does is learnt before any is commanded.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from services.lighting_controller.domain.commanding.driver import Driver
from services.lighting_controller.domain.commanding.reconciling import postpone
from services.lighting_controller.domain.commanding.setting_back import luminaire_as_of, override_as_of
from services.lighting_controller.domain.commanding.watch import Watch
from services.lighting_controller.domain.fault import Fault
from services.lighting_controller.storage.groups import Groups
from services.lighting_controller.storage.luminaires import Luminaires
from services.lighting_controller.storage.overrides import Overrides
from services.lighting_controller.storage.programmes import Programmes
from services.lighting_controller.use_cases.hear_reports import PLAIN, hear_reports
from services.lighting_controller.use_cases.save_luminaires import save_luminaires
from shared.runtime.database import Database, Transaction

_IN_VAIN: Final = (Fault.COMMUNICATION, Fault.STUCK)


def take_up_control(database: Database, driver: Driver, now: datetime, watch: Watch = PLAIN) -> None:
    """Hear all luminaires, and have every group and programme looked at again: calendars may have changed meanwhile.

    What was noted as sent by the process before may never have left: it is due again at once.
    """
    with database.transaction() as transaction:
        luminaires = Luminaires(transaction).ids()
    reports = driver.reports(luminaires, now)
    with database.transaction() as transaction:
        Groups(transaction).lock(Groups(transaction).ids())
        Luminaires(transaction).lock(luminaires)
        _note_as_of(transaction, now)
        hear_reports(transaction, reports, now, watch)
        known = Luminaires(transaction).get(luminaires)
        unanswered = [luminaire for luminaire in known if luminaire.in_flight and not luminaire.fails(*_IN_VAIN)]
        save_luminaires(transaction, [(luminaire, postpone(luminaire, now)) for luminaire in unanswered], now)
        Groups(transaction).mark_all_due(now)
        Programmes(transaction).keep(luminaires, now)


def _note_as_of(transaction: Transaction, now: datetime) -> None:
    """Leave nothing that was done ahead of the clock."""
    Overrides(transaction).save([override_as_of(item, now) for item in Overrides(transaction).asked_after(now)])
    ahead = Luminaires(transaction).ahead(now)
    save_luminaires(transaction, [(luminaire, luminaire_as_of(luminaire, now)) for luminaire in ahead], now)
