"""Turns the digests whose hour has come into mails."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from services.notifier.domain.composing.composing import Composer
from services.notifier.domain.composing.composing_apart import digest_mails
from services.notifier.domain.composing.digesting import Digest, DigestReason, digested
from services.notifier.domain.incidents.incident import IncidentAlert
from services.notifier.domain.ledger.ledger import entry, routed
from services.notifier.domain.muting.muting import Mutes
from services.notifier.domain.muting.muting_plan import DEFAULT, MutingPlan
from services.notifier.domain.on_call.telling import route_entry
from services.notifier.storage.alerts import Alerts
from services.notifier.storage.digests import Digests
from services.notifier.storage.incidents import Incidents
from services.notifier.storage.ledger import Ledger
from services.notifier.storage.mutes import load_mutes
from services.notifier.storage.notifications import Notifications
from shared import bus
from shared.runtime.database import Database, Transaction


def send_digests(
    database: Database, composer: Composer, now: datetime, plan: MutingPlan = DEFAULT
) -> list[DigestReason]:
    """Decide every digest that is due and queue its mails, in one transaction; why each was sent or not.

    What is silenced or inhibited then is not in it.
    """
    with database.transaction() as transaction:
        digests = Digests(transaction).due(now)
        # In one order, as whoever takes alerts does: the two would wait for each other for ever.
        Incidents(transaction).with_ids({digest.incident for digest in digests})
        mutes = load_mutes(transaction, plan.inhibitions, now) if digests else Mutes()
        return [_decide(transaction, composer, digest, mutes, now) for digest in digests]


def _decide(transaction: Transaction, composer: Composer, digest: Digest, mutes: Mutes, now: datetime) -> DigestReason:
    incidents = Incidents(transaction)
    found = digested(_told(transaction, incidents.alerts(digest.incident), mutes, now))
    if found.reason is DigestReason.SOME_FIRE:
        incident = incidents.with_ids([digest.incident])[0]
        fresh = Notifications(transaction).add(digest_mails(composer, digest, found, incident, now))
        Ledger(transaction).note(route_entry(composer, item) or routed(item) for item in fresh)
        for notification in fresh:
            transaction.publish(bus.NOTIFICATION_CHANGED, notification.changed())
    Digests(transaction).close(digest, found.reason)
    return found.reason


def _told(
    transaction: Transaction, places: Sequence[IncidentAlert], mutes: Mutes, now: datetime
) -> list[IncidentAlert]:
    """Those that nothing mutes; what mutes the others is noted."""
    logged = Alerts(transaction).with_ids(place.alert for place in places)
    muted = {name: mute for name, item in logged.items() if (mute := mutes.of(item.traits, now)) is not None}
    Ledger(transaction).note(
        entry(
            mute.verdict,
            now,
            mute.by,
            place.incident,
            place.alert,
            mute.source,
            incident=place.incident,
            alert=place.alert,
        )
        for place in places
        if (mute := muted.get(place.alert)) is not None
    )
    return [place for place in places if place.alert not in muted]
