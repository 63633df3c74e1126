"""Says to an escalation why people are not to be told of an incident now: because of silences or inhibitions."""

from __future__ import annotations

from datetime import datetime

from services.notifier.domain.escalation.escalating import PutOff
from services.notifier.domain.incidents.incident import Incident
from services.notifier.domain.muting.muting import Mutes as Loaded
from services.notifier.domain.muting.muting_plan import MutingPlan
from services.notifier.storage.alerts import Alerts
from services.notifier.storage.mutes import load_mutes
from services.notifier.use_cases.escalate import Mutes
from shared.runtime.database import Transaction


def mutes_by(plan: MutingPlan) -> Mutes:
    """What asks, by the inhibitions of a plan and the silences that are stored; these are read once, for one round."""
    loaded: list[Loaded] = []

    def mute(transaction: Transaction, incident: Incident, now: datetime) -> PutOff | None:
        firing = [logged.traits for logged in Alerts(transaction).of_incidents([incident.id])]
        if not loaded:
            loaded.append(load_mutes(transaction, plan.inhibitions, now))
        found = loaded[0].of_incident(firing, now)
        return None if found is None else PutOff(verdict=found.verdict, by=found.by, until=found.ends_at)

    return mute
