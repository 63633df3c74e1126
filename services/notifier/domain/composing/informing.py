"""Makes the notices about an incident itself: its escalation, and who takes care of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from services.notifier.domain.channel import Language, Medium
from services.notifier.domain.composing.composing import Composer
from services.notifier.domain.composing.rendering import note_for, severity_word
from services.notifier.domain.composing.words import WORDS
from services.notifier.domain.delivering.line import Line, Listener, lines_of, quiet_lines_of
from services.notifier.domain.delivering.notification import Kind, Notification
from services.notifier.domain.escalation.escalation import Escalation, Step
from services.notifier.domain.escalation.targets import Targets
from services.notifier.domain.incidents.acknowledging import Acknowledgement
from services.notifier.domain.incidents.incident import Incident, IncidentAlert
from services.notifier.domain.incidents.incident_facts import IncidentFacts
from services.notifier.domain.people.routing import Recipient
from shared.civil_time import PARIS, short_local
from shared.model.alerts import Criticality
from shared.model.incidents import NotificationState

_DEAD: Final = NotificationState.FAILED


@dataclass(frozen=True)
class Informer:
    """Knows an open incident and what was said of it so far.

    Attributes:
        places: its alerts.
        told: what was, or is to be, said of it, oldest first.
    """

    composer: Composer
    incident: Incident
    places: Sequence[IncidentAlert]
    told: Sequence[Notification]
    now: datetime

    def step(self, escalation: Escalation, step: Step) -> list[Notification]:
        """A step of an escalation, to everybody whom it names. ``escalation``: as it stood before the step."""
        waited = self.now - escalation.began_at
        key = (str(escalation.round), str(escalation.step))
        occasion = self.composer.occasion(self.now, self.incident.severity)
        targets = Targets(self.composer.teams, self.incident, self.told, occasion)
        facts = self._facts(waited, None)
        lines = lines_of(self.told)
        return [
            self._notice(Kind.ESCALATION, one, facts(note_for(one), one.language), key, lines)
            for one in targets.of(step)
        ]

    def reminder(self, taken: Acknowledgement) -> list[Notification]:
        """To the one who takes care."""
        return [self._of(Kind.REMINDER, one, taken) for one in self._listeners() if one.person == taken.person]

    def acknowledged(self, taken: Acknowledgement) -> list[Notification]:
        """To the others who were told: they need not act."""
        return [self._of(Kind.ACKNOWLEDGED, one, taken) for one in self._listeners() if one.person != taken.person]

    def unacknowledged(self, taken: Acknowledgement) -> list[Notification]:
        """To all who were told, the one who took care too: nobody does any more."""
        return [self._of(Kind.UNACKNOWLEDGED, one, taken) for one in self._listeners()]

    def _of(self, kind: Kind, recipient: Recipient, taken: Acknowledgement) -> Notification:
        facts = self._facts(self.now - taken.at, taken)("", recipient.language)
        return self._notice(kind, recipient, facts, (taken.at.isoformat(),), quiet_lines_of(self.told))

    def _notice(
        self,
        kind: Kind,
        recipient: Recipient,
        facts: IncidentFacts,
        key: tuple[str, ...],
        lines: Mapping[Listener, Line],
    ) -> Notification:
        line = lines.get((recipient.person, recipient.medium))
        return self.composer.about(self.incident, kind, recipient, facts, key, line, self.now)

    def _listeners(self) -> list[Recipient]:
        """Everybody who was told, once, over the cheapest medium that fits."""
        heard: dict[str, dict[Medium, Notification]] = {}
        for notice in self.told:
            if notice.state is not _DEAD:
                heard.setdefault(notice.person, {})[notice.medium] = notice
        found = (self._fitting(own) for own in heard.values())
        return [recipient for recipient in found if recipient is not None]

    def _fitting(self, heard: dict[Medium, Notification]) -> Recipient | None:
        """By mail; a text message only of something vital, to whom one told of it, or a call and no mail can. Nobody
        is called for this."""
        is_vital = self.incident.criticality == Criticality.VITAL.value
        for medium in (Medium.SMS, Medium.EMAIL) if is_vital else (Medium.EMAIL,):
            if medium in heard:
                return heard[medium].again_over(medium, heard[medium].address)
        last = next(iter(heard.values()))
        person = self.composer.teams.person(last.person)
        if person is not None and person.email is not None:
            return last.again_over(Medium.EMAIL, person.email)
        call = heard.get(Medium.VOICE)
        return None if call is None or not is_vital else call.again_over(Medium.SMS, call.address)

    def _facts(self, waited: timedelta, taken: Acknowledgement | None) -> Callable[[str, Language], IncidentFacts]:
        """The facts, once it is known why a recipient is told, and in which language."""
        firing = [place for place in self.places if place.resolved_at is None] or list(self.places)
        newest = max(firing, key=lambda place: (place.severity_at or place.since, place.alert), default=None)

        def facts(note: str, language: Language) -> IncidentFacts:
            return IncidentFacts(
                code=self.incident.code,
                severity=severity_word(self.incident.severity, language),
                title=self.incident.title,
                message=self.incident.title if newest is None else newest.message,
                since=short_local(self.incident.opened_at),
                since_long=WORDS[language].long(self.incident.opened_at, PARIS),
                waited=in_words(waited, language),
                by="" if taken is None else taken.shown,
                comment="" if taken is None else taken.comment,
                note=note,
            )

        return facts


def in_words(duration: timedelta, language: Language = Language.FRENCH) -> str:
    """A duration to the minute: ``5 min``, ``2 h 05``."""
    hours, minutes = divmod(max(0, round(duration.total_seconds() / 60)), 60)
    return WORDS[language].hours.format(hours, minutes) if hours else f"{minutes} min"
