"""What is answered to somebody's text message: in the person's language, one part, in the GSM alphabet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from services.notifier.domain import sms_text
from services.notifier.domain.channel import Language
from services.notifier.domain.escalation.replying import LATELY, Meaning, Understood
from shared.civil_time import PARIS

PART: Final = 160
"""Characters of a text message that is not cut in parts."""

_MOST_CODES: Final = 8


@dataclass(frozen=True, kw_only=True)
class _Sentences:
    """One language. ``{code}``: of the incident; ``{by}``: who takes care; ``{day}``: when it ended."""

    done: str
    already: str
    already_own: str
    over: str
    long_over: str
    noted: str
    opted_out: str
    opted_in: str
    open: str
    unclear: str
    otherwise: Mapping[Meaning, str]


_FRENCH: Final = _Sentences(
    done="Vigie {code} : pris en compte, merci. La fin de l'alerte vous sera annoncée.",
    already="Vigie {code} : déjà pris en compte par {by}.",
    already_own="Vigie {code} : déjà pris en compte par vous.",
    over="Vigie {code} : l'alerte est terminée, plus rien à faire.",
    long_over="Vigie {code} : alerte terminée depuis le {day}, plus rien à faire.",
    noted="Vigie {code} : votre avis est noté, merci.",
    opted_out="Vigie : plus aucun SMS ne vous sera envoyé ; vos responsables en sont avertis. REPRISE : recevoir",
    opted_in="Vigie : les SMS d'alerte vous sont de nouveau envoyés.",
    open="En cours : ",
    unclear="Vigie : réponse non comprise. Répondez OK, un code ou AIDE.",
    otherwise={
        Meaning.HELP: "Vigie. OK ou un code : pris en compte. UTILE, FAUX : votre avis. STOP : plus de SMS. REPRISE.",
        Meaning.NOTHING_OPEN: "Vigie : aucune alerte récente n'attend votre réponse.",
        Meaning.AMBIGUOUS: "Vigie : plusieurs alertes. Répondez par le code de l'une.",
    },
)
_ENGLISH: Final = _Sentences(
    done="Vigie {code}: acknowledged, thank you. You will be told when the alert ends.",
    already="Vigie {code}: already acknowledged by {by}.",
    already_own="Vigie {code}: you have acknowledged it already.",
    over="Vigie {code}: the alert is over, nothing is left to do.",
    long_over="Vigie {code}: that alert ended on {day}, nothing is left to do.",
    noted="Vigie {code}: your opinion is noted, thank you.",
    opted_out="Vigie: no more texts will be sent to you; those in charge of your teams are told. START: get them again",
    opted_in="Vigie: texts about alerts are sent to you again.",
    open="Open: ",
    unclear="Vigie: not understood. Answer OK, a code or HELP.",
    otherwise={
        Meaning.HELP: "Vigie. OK or a code: acknowledged. USEFUL, FALSE: your opinion. STOP: no more texts. START.",
        Meaning.NOTHING_OPEN: "Vigie: no recent alert waits for your answer.",
        Meaning.AMBIGUOUS: "Vigie: several alerts. Answer with the code of one.",
    },
)
_SENTENCES: Final[Mapping[Language, _Sentences]] = {Language.FRENCH: _FRENCH, Language.ENGLISH: _ENGLISH}


@dataclass(frozen=True)
class Answers:
    """What is answered to a reader of a language."""

    language: Language

    @property
    def _said(self) -> _Sentences:
        return _SENTENCES[self.language]

    def done(self, code: str) -> str:
        """They take care from now on."""
        return _part(self._said.done.format(code=code))

    def already(self, code: str, by: str, *, is_own: bool) -> str:
        """Somebody did before."""
        return _part((self._said.already_own if is_own else self._said.already).format(code=code, by=by))

    def resolved(self, code: str, ended_at: datetime, now: datetime, codes: Sequence[str]) -> str:
        """It is over. ``codes``: what still is open, said with what ended long ago."""
        if ended_at >= now - LATELY:
            return _part(self._said.over.format(code=code))
        day = ended_at.astimezone(PARIS).strftime("%d/%m/%Y")
        return self._with_codes(self._said.long_over.format(code=code, day=day), codes)

    def noted(self, code: str) -> str:
        """An opinion was noted."""
        return _part(self._said.noted.format(code=code))

    def opted(self, *, out: bool) -> str:
        """To STOP, and to START."""
        return _part(self._said.opted_out if out else self._said.opted_in)

    def otherwise(self, found: Understood) -> str:
        """To what changes nothing."""
        return self._with_codes(self._said.otherwise.get(found.meaning, self._said.unclear), found.codes)

    def _with_codes(self, lead: str, codes: Sequence[str]) -> str:
        shown = codes[:_MOST_CODES]
        while shown:
            more = f" +{len(codes) - len(shown)}" if len(codes) > len(shown) else ""
            text = _part(f"{lead} {self._said.open}{', '.join(shown)}{more}")
            if sms_text.length(text) <= PART and text.endswith(shown[-1] + more):
                return text
            shown = shown[:-1]
        return _part(lead)


def _part(text: str) -> str:
    """In the GSM alphabet, cut to one part."""
    line = sms_text.fold(text)
    while sms_text.length(line) > PART:
        line = line[:-1]
    return line
