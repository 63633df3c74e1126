"""Makes the notices about telling itself: digests of what was folded, that more follow, how a budget stands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from services.notifier.domain.channel import Medium
from services.notifier.domain.composing.composing import Composer
from services.notifier.domain.composing.rendering import BudgetFacts, FoldedFacts, MoreFollowFacts, note_for
from services.notifier.domain.composing.words import WORDS
from services.notifier.domain.delivering.budgets import SPENT_AT, euros, share_of
from services.notifier.domain.delivering.folding import FoldedNotice, Folder, lines_of, open_codes
from services.notifier.domain.delivering.notification import Kind, Notification
from services.notifier.domain.people.routing import first_way_to, owner_recipients, stand_ins
from shared.civil_time import PARIS, short_local

_MAIL_FIRST: Final = (Medium.EMAIL, Medium.SMS)


def folded_digest(
    composer: Composer, folder: Folder, notices: Sequence[FoldedNotice], now: datetime
) -> list[Notification]:
    """One mail to the person; one text message to who has no mailbox; a mail to the fallback for who is gone."""
    firing, over = lines_of(notices)
    found = first_way_to(composer.teams, folder.person, folder.team, _MAIL_FIRST)
    return [
        composer.own(
            Kind.FOLDED_DIGEST,
            recipient,
            FoldedFacts(
                count=len(firing) + len(over),
                moment=WORDS[recipient.language].long(now, PARIS),
                firing=firing,
                over=over,
                codes=open_codes(notices),
                note=note_for(recipient),
            ),
            now,
            folder.id,
        )
        for recipient in found or stand_ins(composer.teams, folder.person)
    ]


def more_follow(composer: Composer, folder: Folder, open_incidents: int, now: datetime) -> list[Notification]:
    """One text message that the rest comes in a digest; the same however often it is asked for."""
    person = composer.teams.person(folder.person)
    facts = MoreFollowFacts(
        open=open_incidents,
        moment=short_local(folder.sends_at),
        by_mail=person is not None and person.address(Medium.EMAIL) is not None,
    )
    return [
        composer.own(Kind.MORE_FOLLOW, recipient, facts, now, folder.id)
        for recipient in first_way_to(composer.teams, folder.person, folder.team, (Medium.SMS,))
    ]


def budget_notices(
    composer: Composer, directorate: str, month: str, spent: int, mark: int, now: datetime
) -> list[Notification]:
    """To the owners, once a month for each mark."""
    budget = composer.budgets.monthly[directorate]
    kind = Kind.BUDGET_SPENT if mark == SPENT_AT else Kind.BUDGET_WARNING
    return [
        composer.own(
            kind,
            recipient,
            BudgetFacts(
                directorate=directorate,
                month=WORDS[recipient.language].month(month),
                spent=WORDS[recipient.language].euros(euros(spent)),
                budget=WORDS[recipient.language].euros(euros(budget)),
                share=share_of(spent, budget),
                note=note_for(recipient),
            ),
            now,
            "budget",
            directorate,
            month,
        )
        for recipient in owner_recipients(composer.teams, directorate)
    ]
