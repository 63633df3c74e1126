"""Shows an incident to whoever follows the link of a mail, and acknowledges it when the page's button is pressed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from services.notifier.domain.channel import Language
from services.notifier.domain.delivering.notification import Notification
from services.notifier.domain.escalation.linking import Links, Validity
from services.notifier.domain.incidents.acknowledging import Acknowledgement, Outcome, Way
from services.notifier.domain.incidents.incident import Incident
from services.notifier.domain.people.team import Teams
from services.notifier.storage.acknowledgements import Acknowledgements
from services.notifier.storage.incidents import Incidents
from services.notifier.storage.notifications import Notifications
from services.notifier.use_cases.acknowledge import Acknowledging, acknowledge_in, held
from shared.model.incidents import IncidentStatus
from shared.runtime.database import Database, Transaction


class Sight(StrEnum):
    """What the page says."""

    WAITING = "waiting"
    DONE = "done"
    TAKEN = "taken"
    RESOLVED = "resolved"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Seen:
    """The page.

    Attributes:
        message: the rule's words.
        by: who takes care.
        is_own: that is whoever looks.
        outcome: of the button; None: it was not pressed.
        language: of whoever got the mail, as the teams have it now; of a forged link nobody knows.
    """

    sight: Sight
    incident: Incident | None = None
    message: str = ""
    by: Acknowledgement | None = None
    is_own: bool = False
    outcome: Outcome | None = None
    language: Language = Language.FRENCH


def look(database: Database, teams: Teams, links: Links, token: str, now: datetime) -> Seen:
    """What the page shows; nothing is changed, however often a scanner follows the link."""
    with database.transaction() as transaction:
        found = _found(transaction, teams, links, token, now)
        return found if isinstance(found, Seen) else _seen(transaction, teams, *found)


def press(database: Database, means: Acknowledging, links: Links, token: str, form: str, now: datetime) -> Seen:
    """The button was pressed: the reader of the mail takes care. Without the page's own form it is as if looked at."""
    teams = means.composer.teams
    with database.transaction() as transaction:
        found = _found(transaction, teams, links, token, now)
        if isinstance(found, Seen):
            return found
        notice, incident = found
        if not links.is_form(token, form):
            return _seen(transaction, teams, notice, incident)
        done = acknowledge_in(transaction, means, held(transaction, incident.id), notice.person, Way.EMAIL, now)
        seen = replace(_seen(transaction, teams, notice, done.incident), outcome=done.outcome)
        return replace(seen, sight=Sight.DONE) if _is_theirs(done.outcome, seen) else seen


def _is_theirs(outcome: Outcome, seen: Seen) -> bool:
    """Pressed twice, the answer is the same."""
    return outcome is Outcome.DONE or (outcome is Outcome.ALREADY and seen.is_own)


def _found(
    transaction: Transaction, teams: Teams, links: Links, token: str, now: datetime
) -> Seen | tuple[Notification, Incident]:
    claim = links.read(token, now)
    if claim.validity is Validity.FORGED:
        return Seen(Sight.UNKNOWN)
    notice = Notifications(transaction).with_id(claim.notification)
    if claim.validity is Validity.EXPIRED:
        return Seen(Sight.EXPIRED, language=_language(teams, notice))
    incidents = [] if notice is None or notice.incident is None else Incidents(transaction).read([notice.incident])
    if notice is None or not incidents:
        return Seen(Sight.UNKNOWN, language=_language(teams, notice))
    return notice, incidents[0]


def _language(teams: Teams, notice: Notification | None) -> Language:
    if notice is None:
        return Language.FRENCH
    person = teams.person(notice.person)
    return notice.language if person is None else person.language


def _seen(transaction: Transaction, teams: Teams, notice: Notification, incident: Incident) -> Seen:
    by = Acknowledgements(transaction).counting([incident.id]).get(incident.id)
    places = Incidents(transaction).alerts(incident.id)
    message = places[0].message if places else incident.title
    is_own = by is not None and by.person == notice.person
    sight = Sight.WAITING if by is None else Sight.TAKEN
    if incident.status is IncidentStatus.RESOLVED:
        sight = Sight.RESOLVED
    return Seen(sight, incident, message, by, is_own, language=_language(teams, notice))
