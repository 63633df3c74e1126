"""What notices say besides the rule's own words, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from services.notifier.domain.channel import Language
from services.notifier.domain.people.routing import RouteReason
from shared.civil_time import long_local, long_local_english, month_in_english, month_in_words


@dataclass(frozen=True, kw_only=True)
class Words:
    """One language.

    Attributes:
        long: a moment as in a letter.
        colon: as it stands between a name and what is said of it.
        notes: why somebody is told in place of others; ``{0}``: for whom it was meant, ``{1}``: the team told.
        since, since_severity, span, until: of a digest's lines.
        hours: a duration of an hour or more: ``{0}`` hours, ``{1}`` minutes.
        between: as it stands between the names of people.
        gap, gap_open: from ``{0}`` to ``{1}``; from ``{0}`` on, no end in sight.
        opened: of an open incident: ``{0}`` code, ``{1}`` title, ``{2}`` since when.
        month: as it is written with its year, of ``2026-11``.
        euros: a sum, as people write it.
        happened: what happened in a shift, in the order in which it is told, without the number.
    """

    severities: Mapping[str, str]
    endings: Mapping[str, str]
    notes: Mapping[RouteReason, str]
    long: Callable[[datetime, ZoneInfo], str]
    colon: str
    since: str
    since_severity: str
    span: str
    until: str
    hours: str
    between: str
    gap: str
    gap_open: str
    opened: str
    month: Callable[[str], str]
    euros: Callable[[float], str]
    happened: Mapping[str, str]


_FRENCH: Final = Words(
    severities={
        "info": "information",
        "minor": "mineur",
        "yellow": "jaune",
        "orange": "orange",
        "red": "rouge",
        "critical": "critique",
    },
    endings={
        "unknown": "L'alerte s'arrête faute de mesures : la situation est inconnue.",
        "rule-removed": "L'alerte s'arrête car sa règle a été retirée.",
        "rule-changed": "L'alerte s'arrête car sa règle a été modifiée.",
        "rule-released": "L'alerte s'arrête car la règle décide de nouveau.",
        "point-removed": "L'alerte s'arrête car sa règle ne surveille plus ce lieu.",
    },
    notes={
        RouteReason.TEAM_UNKNOWN: "Message destiné à l'équipe « {0} », inconnue.",
        RouteReason.TEAM_UNREACHABLE: "Message destiné à l'équipe « {0} », que rien ne permet de joindre.",
        RouteReason.UNCOVERED: "Personne n'est d'astreinte pour l'équipe « {1} » : tous ses membres sont prévenus.",
        RouteReason.OWNER_UNKNOWN: "Message destiné à la direction « {0} », sans équipe responsable.",
        RouteReason.GONE: "Message destiné à « {0} », que les équipes ne connaissent plus.",
    },
    long=long_local,
    colon=" : ",
    since="depuis le {0}",
    since_severity="{0}, {1} depuis le {2}",
    span="du {0}{1}",
    until=" au {0}",
    hours="{0} h {1:02}",
    between=" ; ",
    gap="du {0} au {1}",
    gap_open="à partir du {0}, sans fin prévue",
    opened="{0} {1}, depuis le {2}",
    month=month_in_words,
    euros=lambda amount: f"{amount:.2f}".replace(".", ",") + " €",
    happened={
        "opened": "incidents ouverts",
        "resolved": "incidents terminés",
        "sent": "messages envoyés",
        "acknowledged": "prises en charge",
        "escalated": "escalades",
        "failed": "messages qui n'ont pu être remis",
        "undelivered": "messages non distribués par l'opérateur",
        "uncertain": "messages dont on ignore s'ils sont arrivés",
        "silenced": "messages retenus par un silence",
    },
)
_ENGLISH: Final = Words(
    severities={
        "info": "information",
        "minor": "minor",
        "yellow": "yellow",
        "orange": "orange",
        "red": "red",
        "critical": "critical",
    },
    endings={
        "unknown": "The alert stops for want of readings: the situation is unknown.",
        "rule-removed": "The alert stops because its rule was removed.",
        "rule-changed": "The alert stops because its rule was changed.",
        "rule-released": "The alert stops because the rule decides again.",
        "point-removed": "The alert stops because its rule no longer watches this place.",
    },
    notes={
        RouteReason.TEAM_UNKNOWN: "Meant for the team “{0}”, which is unknown.",
        RouteReason.TEAM_UNREACHABLE: "Meant for the team “{0}”, which nothing reaches.",
        RouteReason.UNCOVERED: "Nobody is on call for the team “{1}”: all its members are told.",
        RouteReason.OWNER_UNKNOWN: "Meant for the directorate “{0}”, for which no team answers.",
        RouteReason.GONE: "Meant for “{0}”, whom the teams know no more.",
    },
    long=long_local_english,
    colon=": ",
    since="since {0}",
    since_severity="{0}, {1} since {2}",
    span="from {0}{1}",
    until=" to {0}",
    hours="{0} h {1:02} min",
    between="; ",
    gap="from {0} to {1}",
    gap_open="from {0} on, no end in sight",
    opened="{0} {1}, since {2}",
    month=month_in_english,
    euros="€{:.2f}".format,
    happened={
        "opened": "incidents opened",
        "resolved": "incidents ended",
        "sent": "messages sent",
        "acknowledged": "times an incident was taken up",
        "escalated": "escalations",
        "failed": "messages that could not be delivered",
        "undelivered": "messages that the carrier did not deliver",
        "uncertain": "messages of which nobody knows whether they arrived",
        "silenced": "messages held back by a silence",
    },
)

WORDS: Final[Mapping[Language, Words]] = {Language.FRENCH: _FRENCH, Language.ENGLISH: _ENGLISH}
