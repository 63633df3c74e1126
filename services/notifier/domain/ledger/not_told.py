"""Why somebody was not told of an incident: reasons found in who was asked, and in the ledger."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from services.notifier.domain.ledger.ledger import Entry, Verdict
from services.notifier.domain.ledger.ledger_words import Words
from services.notifier.domain.people.team import Teams
from shared.model.alerts import AlertChanged

_TOLD: Final = (Verdict.SENT, Verdict.DELIVERED, Verdict.UNCERTAIN)
_MEANT: Final = (Verdict.ROUTED, Verdict.UNCOVERED)
_CALLED: Final = (Verdict.ROUTED, Verdict.ESCALATED)
_HELD: Final = (Verdict.SILENCED, Verdict.INHIBITED, Verdict.FLAPPING, Verdict.GROUPED)
_LOST: Final = (Verdict.FAILED, Verdict.UNDELIVERED, Verdict.OPTED_OUT, Verdict.FOLDED)


class Reason(msgspec.Struct, frozen=True):
    """One reason; ``word`` is of a closed list."""

    word: str
    said: Words


@dataclass(frozen=True)
class Question:
    """Whether, and why not, a person was told.

    Attributes:
        alerts: of the incident.
        entries: all that the ledger says of it.
    """

    person: str
    teams: Teams
    alerts: Sequence[AlertChanged]
    entries: Sequence[Entry]

    @property
    def was_told(self) -> bool:
        return any(entry.verdict in _TOLD for entry in self._own)

    def reasons(self) -> list[Reason]:
        """The nearest first; none if the person was told."""
        if self.was_told:
            return []
        found = [*self._asked(), *self._off_duty(), *self._held(), *self._lost()]
        if not found and any(entry.verdict in _MEANT for entry in self._own):
            found = [_reason("under-way", "l'envoi est en cours", "it is on its way")]
        return found or [_reason("unknown", "le registre n'en dit rien", "the ledger says nothing of it")]

    @property
    def _own(self) -> list[Entry]:
        return [entry for entry in self.entries if entry.person == self.person]

    def _asked(self) -> Iterator[Reason]:
        """Who was asked for, and whether that is this person."""
        own = {team.id for team in self.teams.by_id.values() if any(self.person == one.id for one in team.members)}
        asked = {request.team for alert in self.alerts for request in alert.notify}
        meant = {name for name in asked if self._team(name) in own}
        if not asked:
            yield _reason("nobody-asked", "la règle ne demande à prévenir personne", "the rule asks to tell nobody")
        elif not meant and not self._own:
            teams = ", ".join(sorted(asked))
            yield _reason(
                "not-in-team",
                f"la règle prévient {teams} ; la personne n'en est pas ({_listed(own, 'dans aucune équipe')})",
                f"the rule tells {teams}; the person is in none of these ({_listed(own, 'in no team')})",
            )
        elif meant and not any(request.digest is None for alert in self.alerts for request in alert.notify):
            yield _reason(
                "digest-only",
                "la règle n'est annoncée que dans un récapitulatif du jour",
                "the rule is told in a daily digest alone",
            )

    def _off_duty(self) -> Iterator[Reason]:
        """Teams of theirs that told whoever was on call, in their place."""
        for team in self.teams.by_id.values():
            if team.on_call is None or self._own or all(self.person != one.id for one in team.members):
                continue
            called = {entry.person for entry in self.entries if entry.verdict in _CALLED and entry.team == team.id}
            names = sorted(known.shown for one in called if one and (known := self.teams.person(one)) is not None)
            if called:
                yield _reason(
                    "not-on-call",
                    f"l'équipe {team.id} a prévenu qui était d'astreinte : {_listed(names, 'oublié')}",
                    f"the team {team.id} told whoever was on call: {_listed(names, 'forgotten')}",
                )

    def _held(self) -> Iterator[Reason]:
        for entry in self.entries:
            if entry.verdict in _HELD and entry.person in (None, self.person):
                words = _HELD_WORDS[entry.verdict]
                yield _reason(entry.verdict.value, f"{words[0]} {entry.by}", f"{words[1]} {entry.by}")

    def _lost(self) -> Iterator[Reason]:
        for entry in self._own:
            if entry.verdict in _LOST:
                words = _LOST_WORDS[entry.verdict]
                yield _reason(entry.verdict.value, f"{words[0]} ({entry.by})", f"{words[1]} ({entry.by})")

    def _team(self, name: str) -> str:
        owner = self.teams.owner(name)
        return name if name in self.teams.by_id or owner is None else owner.id


NO_ALERT: Final = Reason(
    "no-alert",
    Words(
        "aucune alerte de cette règle n'est connue pour ce lieu (pourquoi : vigie why-not)",
        "no alert of this rule is known for this point (why: vigie why-not)",
    ),
)  # fmt: skip

_HELD_WORDS: Final = {
    Verdict.SILENCED: ("un silence la retenait :", "a silence held it back:"),
    Verdict.INHIBITED: ("une autre alerte la disait mieux :", "another alert told it better:"),
    Verdict.FLAPPING: ("elle était instable :", "it was flapping:"),
    Verdict.GROUPED: ("elle était annoncée avec d'autres, ou les attendait :", "it was told with others, or waited:"),
}
_LOST_WORDS: Final = {
    Verdict.FAILED: ("l'envoi a échoué", "sending failed"),
    Verdict.UNDELIVERED: ("le message n'est pas arrivé", "the message did not arrive"),
    Verdict.OPTED_OUT: ("la personne a refusé les messages", "the person opted out"),
    Verdict.FOLDED: ("le message a été replié dans un récapitulatif", "the message was folded into a digest"),
}


def _reason(word: str, french: str, english: str) -> Reason:
    return Reason(word, Words(french, english))


def _listed(names: Collection[str], none: str) -> str:
    return ", ".join(sorted(names)) or none
