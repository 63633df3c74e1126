"""Tells those who run Vigie that a changed file of people or schedules is wrong, and that the last good one holds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from services.notifier.domain.channel import Medium
from services.notifier.domain.composing import Composer
from services.notifier.domain.incident_facts import PeopleRefusedFacts
from services.notifier.domain.notification import Kind
from services.notifier.domain.routing import team_recipients
from services.notifier.domain.words import WORDS
from services.notifier.use_cases.escalate import queue
from shared.civil_time import PARIS
from shared.problems import Problem
from shared.runtime.database import Database

_SHOWN: Final = 20


def tell_people_refused(
    database: Database, composer: Composer, problems: Sequence[Problem], digest: str, now: datetime
) -> None:
    """Queue a mail to each of the fallback team; once for the same files, however many replicas look at them."""
    shown = tuple(_line(problem) for problem in problems[:_SHOWN])
    more = len(problems) - len(shown)
    recipients = team_recipients(composer.teams, composer.teams.fallback.id, (Medium.EMAIL,))
    with database.transaction() as transaction:
        mails = [
            composer.by_mail(
                Kind.PEOPLE_REFUSED,
                recipient,
                PeopleRefusedFacts(problems=shown, more=more, moment=WORDS[recipient.language].long(now, PARIS)),
                (digest,),
                now,
            )
            for recipient in recipients
        ]
        queue(transaction, mails)


def _line(problem: Problem) -> str:
    where = f"{Path(problem.file).name}:{problem.span.line}:{problem.span.column}"
    return f"{where} {problem.message}" + (f" ({problem.hint})" if problem.hint else "")
