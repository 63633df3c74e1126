"""Tells those who run Vigie that changed files are wrong, and that the last good ones hold."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from services.notifier.domain.channel import Medium
from services.notifier.domain.composing.composing import Composer
from services.notifier.domain.composing.words import WORDS
from services.notifier.domain.delivering.notification import Kind, Notification
from services.notifier.domain.incidents.incident_facts import FilesRefusedFacts
from services.notifier.domain.people.routing import team_recipients
from services.notifier.use_cases.escalate import queue
from shared.civil_time import PARIS
from shared.model.files import FilesRefused
from shared.problems import Problem
from shared.runtime.database import Database, Received

_SHOWN: Final = 20


def tell_people_refused(
    database: Database, composer: Composer, problems: Sequence[Problem], digest: str, now: datetime
) -> None:
    """Queue a mail to each of the fallback team; once for the same files, however many replicas look at them."""
    shown = tuple(problem.in_a_line for problem in problems[:_SHOWN])
    refused = FilesRefused(digest=digest, problems=shown, more=len(problems) - len(shown), at=now)
    with database.transaction() as transaction:
        queue(transaction, _mails(composer, Kind.PEOPLE_REFUSED, refused, now))


def take_files_refused(
    database: Database, composer: Composer, received: Sequence[Received[FilesRefused]], now: datetime
) -> None:
    """The same of the files of lighting, which the lighting controller reads."""
    with database.transaction() as transaction:
        for item in transaction.first_seen(received):
            queue(transaction, _mails(composer, Kind.LIGHTING_REFUSED, item.message, now))


def _mails(composer: Composer, kind: Kind, refused: FilesRefused, now: datetime) -> list[Notification]:
    return [
        composer.by_mail(
            kind,
            recipient,
            FilesRefusedFacts(
                problems=refused.problems,
                more=refused.more,
                moment=WORDS[recipient.language].long(refused.at, PARIS),
            ),
            (refused.digest,),
            now,
        )
        for recipient in team_recipients(composer.teams, composer.teams.fallback.id, (Medium.EMAIL,))
    ]
