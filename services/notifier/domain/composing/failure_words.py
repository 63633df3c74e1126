"""Why a message did not arrive, in the reader's words.

Codes of messages: https://www.twilio.com/docs/api/errors; of calls: SIP, RFC 3261, section 21.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from services.notifier.domain.channel import Language
from services.notifier.domain.delivering.delivering import Reason

STOPPED: Final = 21610
"""Twilio's code where the recipient answered STOP."""

_CODES: Final[Mapping[int, tuple[str, str]]] = {
    21211: ("le numéro n'existe pas", "there is no such number"),
    21408: ("les SMS vers ce pays ne sont pas permis", "texts to that country are not allowed"),
    STOPPED: ("la personne a répondu STOP", "the person answered STOP"),
    21612: ("aucun chemin ne mène à ce numéro", "no route leads to that number"),
    21614: ("ce numéro n'est pas celui d'un mobile", "that number is no mobile's"),
    30001: ("la file de l'opérateur est pleine", "the carrier's queue is full"),
    30002: ("le compte de l'opérateur est suspendu", "the carrier's account is suspended"),
    30003: ("le téléphone est éteint ou hors de portée", "the telephone is off or out of reach"),
    30004: ("le téléphone refuse ce message", "the telephone refuses this message"),
    30005: ("ce numéro n'est plus attribué", "that number is no longer in use"),
    30006: ("ce numéro est un fixe ou ne reçoit pas de SMS", "that number is a land line or takes no texts"),
    30007: ("l'opérateur a filtré le message", "the carrier filtered the message"),
    30008: ("l'opérateur ne dit pas pourquoi", "the carrier does not say why"),
    404: ("ce numéro n'existe pas", "there is no such number"),
    408: ("le téléphone n'a pas répondu à temps", "the telephone did not answer in time"),
    480: ("le téléphone est éteint ou hors de portée", "the telephone is off or out of reach"),
    486: ("la ligne est occupée", "the line is busy"),
    603: ("l'appel a été refusé", "the call was declined"),
}
_STATUSES: Final[Mapping[str, tuple[str, str]]] = {
    "busy": ("la ligne est occupée", "the line is busy"),
    "no-answer": ("personne n'a décroché", "nobody answered"),
    "canceled": ("l'envoi a été annulé", "it was cancelled"),
    "undelivered": ("l'opérateur n'a pas pu remettre le message", "the carrier could not deliver the message"),
    "failed": ("l'opérateur n'a pas pu l'envoyer", "the carrier could not send it"),
}
_REASONS: Final[Mapping[Reason, tuple[str, str]]] = {
    Reason.REFUSED: ("l'opérateur l'a refusé", "the carrier refused it"),
    Reason.GAVE_UP: ("l'opérateur ne répond pas", "the carrier does not answer"),
    Reason.OPTED_OUT: ("la personne ne veut plus de SMS", "the person wants no more texts"),
}


def in_words(status: str, code: int | None, language: Language = Language.FRENCH) -> str:
    """Such as ``le téléphone est éteint ou hors de portée (30003)``."""
    if code is not None:
        words = _CODES.get(code) or _STATUSES.get(status)
        return f"{_of(words, language) or status} ({code})"
    return _of(_STATUSES.get(status), language) or status


def reason_in_words(reason: Reason, language: Language = Language.FRENCH) -> str:
    """Why it was never taken."""
    return _of(_REASONS.get(reason), language) or reason.value


def _of(words: tuple[str, str] | None, language: Language) -> str:
    if words is None:
        return ""
    return words[0] if language is Language.FRENCH else words[1]
