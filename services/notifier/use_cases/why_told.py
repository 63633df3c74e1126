"""Answers "why was I woken?" and "why was I not?" from the ledger."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from services.notifier.domain.channel import Medium
from services.notifier.domain.incidents.incident import Incident
from services.notifier.domain.ledger.ledger_words import in_order, line_of, named_by, plain
from services.notifier.domain.ledger.not_told import NO_ALERT, Question
from services.notifier.domain.people.team import Teams
from services.notifier.storage.alerts import Alerts
from services.notifier.storage.incidents import Incidents
from services.notifier.storage.ledger import Ledger
from services.notifier.storage.notifications import Notifications
from shared.civil_time import PARIS, long_local
from shared.errors import InputError, NotFound
from shared.runtime.database import Database, Transaction


def why_told(database: Database, teams: Teams, what: str) -> dict[str, Any]:
    """All that was decided about an incident, or about one notification of it, in order.

    Args:
        what: the code or id of an incident, or the id of a notification.

    Raises:
        NotFound: neither is known.
    """
    with database.transaction() as transaction:
        incident, notification = _named(transaction, what)
        ledger = Ledger(transaction)
        entries = ledger.of(incident.id) if incident is not None else ledger.about(what)
        media = _media(transaction, incident)
    name = named_by(teams)
    entries = in_order(entries)
    chosen = [entry for entry in entries if notification is None or entry.notification in (None, notification)]
    return {
        "incident": None if incident is None else _shown(incident),
        "notification": notification,
        "lines": plain([line_of(entry, name, media) for entry in chosen]),
        "zone": PARIS.key,
    }


def why_not_told(
    database: Database,
    teams: Teams,
    person: str,
    now: datetime,
    incident: str | None = None,
    rule: str | None = None,
    point: str | None = None,
    at: datetime | None = None,
) -> dict[str, Any]:
    """Whether a person was told of an incident until a moment, and if not, why.

    Args:
        incident: its code or id; or else a rule and a point, of which the last alert until then is meant.

    Raises:
        NotFound: there is no such person or incident.
        InputError: it doesn't say which incident.
    """
    if not any(one.id == person for team in teams.by_id.values() for one in team.members):
        raise NotFound("person", person)
    until = at or now
    with database.transaction() as transaction:
        found = _asked(transaction, incident, rule, point, until)
        noted = [] if found is None else in_order(Ledger(transaction).of(found.id))
        entries = [one for one in noted if one.at <= until]
        log = Alerts(transaction)
        alerts = {} if found is None else log.with_ids(place.alert for place in Incidents(transaction).alerts(found.id))
        media = _media(transaction, found)
    question = Question(person, teams, [item.said for item in alerts.values()], entries)
    concerned = [entry for entry in entries if entry.person in (None, person)]
    return {
        "person": person,
        "incident": None if found is None else _shown(found),
        "until": until.isoformat(),
        "until_local": long_local(until),
        "told": found is not None and question.was_told,
        "reasons": plain([NO_ALERT] if found is None else question.reasons()),
        "lines": plain([line_of(entry, named_by(teams), media) for entry in concerned]),
        "zone": PARIS.key,
    }


def _named(transaction: Transaction, what: str) -> tuple[Incident | None, str | None]:
    incident = Incidents(transaction).called(what)
    if incident is not None:
        return incident, None
    notifications = Notifications(transaction).with_ids([what])
    if not notifications:
        raise NotFound("incident or notification", what)
    about = notifications[0].incident
    return None if about is None else Incidents(transaction).called(about), what


def _media(transaction: Transaction, incident: Incident | None) -> dict[str, Medium]:
    about = [] if incident is None else Notifications(transaction).of(incident.id)
    return {notice.id: notice.medium for notice in about}


def _asked(
    transaction: Transaction, incident: str | None, rule: str | None, point: str | None, until: datetime
) -> Incident | None:
    if incident is not None:
        found = Incidents(transaction).called(incident)
        if found is None:
            raise NotFound("incident", incident)
        return found
    if rule is None or point is None:
        raise InputError(
            "dites quel incident, ou quelle règle et quel lieu / say which incident, or which rule and point"
        )
    last = Alerts(transaction).newest_of(f"{rule}|{point}", until)
    return None if last is None else Incidents(transaction).of_alert(last.said.alert)


def _shown(incident: Incident) -> dict[str, Any]:
    return {
        "incident": incident.id,
        "code": incident.code,
        "title": incident.title,
        "status": incident.status.value,
        "severity": incident.severity,
        "opened_at": incident.opened_at.isoformat(),
        "opened_local": long_local(incident.opened_at),
    }
