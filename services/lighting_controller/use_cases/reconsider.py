"""Have everything looked at again after the files of lighting were changed."""

from __future__ import annotations

from datetime import datetime

from services.lighting_controller.domain.calendars.calendar import Calendars
from services.lighting_controller.storage.groups import Groups
from services.lighting_controller.storage.luminaires import Luminaires
from services.lighting_controller.storage.programmes import Programmes
from services.lighting_controller.use_cases.advance_overrides import advance_overrides
from shared.runtime.database import Database


def reconsider(database: Database, before: Calendars, now: datetime) -> None:
    """Every group and every kept programme is due now; what luminaires may do of it the envelope says, as always.

    A process that dies after it has them due leaves them due; one that dies before has all due at its next start.

    Args:
        before: the calendars until now: by them the lit time of overrides counts up to now.
    """
    with database.transaction() as transaction:
        groups = Groups(transaction).ids()
        Groups(transaction).lock(groups)
        advance_overrides(transaction, groups, before, now)
        Groups(transaction).mark_all_due(now)
        Programmes(transaction).keep(Luminaires(transaction).ids(), now)
