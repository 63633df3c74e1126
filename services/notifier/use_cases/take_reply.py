"""Does what somebody asks for by answering a text message, once for each message, and says what is answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.notifier.domain.channel import Language, Medium
from services.notifier.domain.composing.composing import Composer
from services.notifier.domain.composing.composing_apart import opted_out
from services.notifier.domain.delivering.notification import Notification
from services.notifier.domain.delivering.opting_out import OptOut
from services.notifier.domain.escalation.answering import Answers
from services.notifier.domain.escalation.reply import Inbound, Reply
from services.notifier.domain.escalation.replying import (
    ANSWERED_WITHIN,
    MOST_ANSWERS,
    REMEMBERED,
    Meaning,
    Told,
    Understood,
    codes_written,
    understood,
)
from services.notifier.domain.incidents.acknowledging import Outcome, Way
from services.notifier.domain.ledger.ledger import Entry, Verdict, entry
from services.notifier.storage.acknowledgements import Acknowledgements
from services.notifier.storage.incidents import Incidents
from services.notifier.storage.ledger import Ledger
from services.notifier.storage.notifications import Notifications
from services.notifier.storage.opt_outs import OptOuts
from services.notifier.storage.replies import Replies
from services.notifier.use_cases.acknowledge import Acknowledging, acknowledge_in, held
from services.notifier.use_cases.escalate import queue
from shared.model.incidents import IncidentStatus
from shared.runtime.database import Database, Transaction


@dataclass(frozen=True)
class Answer:
    """What is answered.

    Attributes:
        meaning: None: nobody we know has that number.
        text: empty: nothing is.
        outcome: of an acknowledgement that was asked for; None: none was, or not for the first time.
    """

    meaning: Meaning | None
    text: str
    outcome: Outcome | None = None


@dataclass(frozen=True)
class _Speaker:
    """Whose number it is, and the language in which that person is told."""

    person: str
    language: Language


def take_reply(database: Database, means: Acknowledging, inbound: Inbound, now: datetime) -> Answer:
    """Take it; the same once more gets the same answer and does nothing."""
    with database.transaction() as transaction:
        speaker = _speaker(transaction, means.composer, inbound, now)
        if speaker is None:
            # Whoever it is learns nothing, not even that we exist.
            return Answer(None, "")
        transaction.alone(f"replies of {speaker.person}")
        known = Replies(transaction).find(inbound.reference)
        if known is not None:
            return Answer(known.meaning, known.answer)
        return _Taking(transaction, means, inbound, speaker, now).take()


class _Taking:
    """One reply of somebody we know, in one transaction."""

    def __init__(
        self, transaction: Transaction, means: Acknowledging, inbound: Inbound, speaker: _Speaker, now: datetime
    ) -> None:
        self._transaction = transaction
        self._means = means
        self._inbound = inbound
        self._person = speaker.person
        self._answers = Answers(speaker.language)
        self._now = now
        self._outcome: Outcome | None = None

    def take(self) -> Answer:
        found = understood(self._inbound.text, self._told(), self._now)
        text = self._act(found)
        replies = Replies(self._transaction)
        if replies.answered_since(self._person, self._now - ANSWERED_WITHIN) >= MOST_ANSWERS:
            text = ""
        replies.add(
            Reply(
                reference=self._inbound.reference,
                person=self._person,
                meaning=found.meaning,
                incident=found.incident,
                answer=text,
                at=self._now,
            )
        )
        self._note(Verdict.REPLIED, found.meaning.value, found.incident)
        return Answer(found.meaning, text, self._outcome)

    def _told(self) -> list[Told]:
        """What they were told lately, and what they name though it was long ago."""
        stored, since = Notifications(self._transaction), self._now - REMEMBERED
        notices = stored.told_to(self._person, since)
        notices += stored.told_under(self._person, codes_written(self._inbound.text), since)
        newest: dict[str, list[Notification]] = {}
        for notice in notices:
            newest.setdefault(notice.incident or "", []).append(notice)
        incidents = {item.id: item for item in Incidents(self._transaction).read(newest)}
        taken = Acknowledgements(self._transaction).counting(newest)
        return [
            Told(
                incident=name,
                code=incidents[name].code,
                is_open=incidents[name].status is IncidentStatus.OPEN,
                told_at=own[0].changed_at,
                by_text=any(notice.medium is not Medium.EMAIL for notice in own),
                is_taken=name in taken,
            )
            for name, own in newest.items()
            if name in incidents
        ]

    def _act(self, found: Understood) -> str:
        match found.meaning:
            case Meaning.ACKNOWLEDGE if found.incident is not None:
                return self._acknowledge(found.incident, found.codes)
            case Meaning.USEFUL | Meaning.FALSE_ALARM if found.incident is not None:
                return self._answers.noted(held(self._transaction, found.incident).code)
            case Meaning.STOP:
                self._opt_out()
                return self._answers.opted(out=True)
            case Meaning.START:
                self._opt_in()
                return self._answers.opted(out=False)
            case _:
                return self._answers.otherwise(found)

    def _acknowledge(self, incident: str, codes: Sequence[str]) -> str:
        one = held(self._transaction, incident)
        done = acknowledge_in(self._transaction, self._means, one, self._person, Way.SMS, self._now)
        self._outcome = done.outcome
        code = done.incident.code
        if done.outcome is Outcome.RESOLVED:
            return self._answers.resolved(code, done.incident.resolved_at or self._now, self._now, codes)
        if done.outcome is Outcome.DONE or done.by is None:
            return self._answers.done(code)
        return self._answers.already(code, done.by.shown, is_own=done.by.person == self._person)

    def _opt_out(self) -> None:
        number = self._inbound.number
        if not OptOuts(self._transaction).has(number):
            OptOuts(self._transaction).put(OptOut(address=number, person=self._person, at=self._now))
            self._note(Verdict.OPTED_OUT, "STOP", None)
            notices = Notifications(self._transaction).told_to(self._person, self._now - REMEMBERED)
            told_for = {notice.team for notice in notices if notice.medium is Medium.SMS}
            queue(self._transaction, opted_out(self._means.composer, self._person, self._now, told_for))

    def _opt_in(self) -> None:
        number = self._inbound.number
        if OptOuts(self._transaction).has(number):
            back = OptOut(address=number, person=self._person, at=self._now, withdrawn_at=self._now)
            OptOuts(self._transaction).put(back)
            self._note(Verdict.OPTED_OUT, "START: withdrawn", None)

    def _note(self, verdict: Verdict, by: str, incident: str | None) -> None:
        key = self._inbound.reference
        found: Entry = entry(verdict, self._now, by, key, incident=incident, person=self._person)
        Ledger(self._transaction).note([found])


def _speaker(transaction: Transaction, composer: Composer, inbound: Inbound, now: datetime) -> _Speaker | None:
    """Whose number it is, or was when somebody was told something at it."""
    known = composer.teams.at_number(inbound.number)
    if known is not None:
        return _Speaker(known.id, known.language)
    last = Notifications(transaction).last_at(inbound.number, now - REMEMBERED)
    return None if last is None else _Speaker(last.person, last.language)
