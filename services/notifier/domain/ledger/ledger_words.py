"""The ledger in words: French and English, times by the clocks of Paris, nobody's address."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import msgspec

from services.notifier.domain.channel import Medium
from services.notifier.domain.ledger.ledger import Entry, Verdict
from services.notifier.domain.people.team import Teams
from shared.civil_time import long_local


class Words(msgspec.Struct, frozen=True):
    """One sentence in both languages."""

    fr: str
    en: str


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A decision for people. ``local``: when, by the clocks of Paris; ``medium``: of the notice, while that is kept."""

    at: str
    local: str
    verdict: str
    by: str
    person: str | None
    medium: str | None
    said: Words


_SAID: Final = {
    Verdict.ROUTED: ("{who} est à prévenir ({by})", "{who} is to be told ({by})"),
    Verdict.GROUPED: ("annoncée avec d'autres, ou en attente ({by})", "told with others, or waits ({by})"),
    Verdict.SILENCED: ("retenue par le silence {by}", "held back by the silence {by}"),
    Verdict.INHIBITED: ("retenue, une autre la dit mieux ({by})", "held back: another tells it better ({by})"),
    Verdict.FLAPPING: ("instable : débuts et fins sont tus ({by})", "flapping: begin and end are not told ({by})"),
    Verdict.FOLDED: ("pour {who}, repliée dans un récapitulatif ({by})", "for {who}, folded into a digest ({by})"),
    Verdict.ESCALATED: ("passée à l'étape suivante, {who} ({by})", "escalated to {who} ({by})"),
    Verdict.REMINDED: ("rappelée à {who} ({by})", "{who} is reminded ({by})"),
    Verdict.ACKNOWLEDGED: ("prise en charge par {who} ({by})", "acknowledged by {who} ({by})"),
    Verdict.UNACKNOWLEDGED: ("la prise en charge est levée ({by})", "acknowledgement withdrawn ({by})"),
    Verdict.SENT: ("envoyée à {who} ({by})", "sent to {who} ({by})"),
    Verdict.FAILED: ("n'a pas pu être envoyée à {who} ({by})", "could not be sent to {who} ({by})"),
    Verdict.UNCERTAIN: ("nul ne sait si {who} l'a reçue ({by})", "nobody knows whether it reached {who} ({by})"),
    Verdict.DELIVERED: ("reçue par l'appareil de {who} ({by})", "delivered to {who} ({by})"),
    Verdict.UNDELIVERED: ("n'est pas arrivée chez {who} ({by})", "was not delivered to {who} ({by})"),
    Verdict.MOVED_ON: ("passée à la suite ({by})", "moved on to the next ({by})"),
    Verdict.REPLIED: ("{who} a répondu ({by})", "{who} replied ({by})"),
    Verdict.OPTED_OUT: ("{who} a refusé les messages ({by})", "{who} opted out ({by})"),
    Verdict.HANDED_OVER: ("astreinte remise à {who} ({by})", "duty handed over to {who} ({by})"),
    Verdict.UNCOVERED: ("personne n'était d'astreinte ({by})", "nobody was on call ({by})"),
}  # fmt: skip


_MEDIA: Final = {
    Medium.SMS: ("SMS", "text"),
    Medium.EMAIL: ("courriel", "mail"),
    Medium.VOICE: ("appel", "call"),
    Medium.WEBHOOK: ("webhook", "webhook"),
}


def line_of(entry: Entry, name: Callable[[str], str], media: Mapping[str, Medium]) -> Line:
    """An entry in words.

    Args:
        name: how others see a person of an id.
        media: of the notices that are known, by their ids.
    """
    person = None if entry.person is None else name(entry.person)
    medium = None if entry.notification is None else media.get(entry.notification)
    over = ("", "") if medium is None else _MEDIA[medium]
    french, english = _SAID.get(entry.verdict, ("{by}", "{by}"))
    return Line(
        at=entry.at.isoformat(),
        local=long_local(entry.at),
        verdict=entry.verdict.value,
        by=entry.by,
        person=person,
        medium=medium,
        said=Words(
            french.format(who=person or "tous", by=_listed(over[0], entry.by or "oublié")),
            english.format(who=person or "everybody", by=_listed(over[1], entry.by or "forgotten")),
        ),
    )


def _listed(medium: str, by: str) -> str:
    return f"{medium}, {by}" if medium else by


def in_order(entries: Iterable[Entry]) -> list[Entry]:
    """By time; of one moment, what was decided first comes first."""
    order = list(Verdict)
    held = (Verdict.SILENCED, Verdict.INHIBITED, Verdict.FLAPPING, Verdict.GROUPED)
    return sorted(entries, key=lambda one: (one.at, one.verdict not in held, order.index(one.verdict), one.id))


def named_by(teams: Teams) -> Callable[[str], str]:
    """How others see people; who is in no team any more, or forgotten, has no name."""
    shown = {person.id: person.shown for team in teams.by_id.values() for person in team.members}
    return lambda person: shown.get(person, person or "(oublié / forgotten)")


def plain(value: Any) -> Any:
    """As builtins, for whoever asks."""
    return msgspec.to_builtins(value)
