"""What the page of an incident says to whoever follows the link of a mail: in full in the reader's language, and in
short in the other, for a colleague who looks along."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from services.notifier.domain.channel import Language


@dataclass(frozen=True, kw_only=True)
class PageWords:
    """One language. ``{by}``: who takes care; ``{at}``: since when.

    Attributes:
        titles: of a page that shows no incident, by what it says.
        said: what the page says, by that word.
        short: the same in a few words.
    """

    incident: str
    dead_link: str
    titles: Mapping[str, str]
    said: Mapping[str, str]
    short: Mapping[str, str]
    level: str
    since: str
    acknowledge: str
    pressing: str


_FRENCH: Final = PageWords(
    incident="Incident {code}",
    dead_link="Lien sans effet",
    titles={"expired": "Ce lien a expiré", "unknown": "Ce lien n'est pas valable"},
    said={
        "expired": "Un lien ne sert que trois jours. Si l'alerte est toujours en cours, répondez OK à son SMS, utilisez"
        " le lien d'un courriel plus récent, ou demandez à l'exploitation de Vigie d'enregistrer la prise en compte.",
        "unknown": "Il est peut-être coupé : ouvrez-le depuis le courriel, en entier. Rien n'a été enregistré.",
        "done": "C'est noté : vous avez pris cet incident en compte. Les autres personnes prévenues en sont informées.",
        "taken": "Déjà pris en compte par {by} le {at}.",
        "taken-own": "Déjà pris en compte par vous le {at}.",
        "resolved": "L'alerte est terminée : il n'y a plus rien à prendre en compte.",
    },
    short={
        "expired": "Ce lien a expiré. Rien n'a été enregistré.",
        "unknown": "Ce lien n'est pas valable. Rien n'a été enregistré.",
        "done": "C'est noté : vous avez pris cet incident en compte.",
        "taken": "Déjà pris en compte.",
        "taken-own": "Déjà pris en compte par vous.",
        "resolved": "L'alerte est terminée.",
        "waiting": "En appuyant, vous dites que vous vous en occupez.",
    },
    level="Niveau",
    since="Depuis le",
    acknowledge="Prendre en compte",
    pressing="En appuyant, vous dites que vous vous en occupez ; les autres personnes prévenues le sauront.",
)
_ENGLISH: Final = PageWords(
    incident="Incident {code}",
    dead_link="Dead link",
    titles={"expired": "This link has expired", "unknown": "This link is not valid"},
    said={
        "expired": "A link is good for three days. If the alert is still on, answer OK to its text message, use the"
        " link of a later e-mail, or ask those who run Vigie to record that you take care.",
        "unknown": "Perhaps it was cut: open it from the e-mail, whole. Nothing was recorded.",
        "done": "Done: you have acknowledged this incident. The others who were told hear of it.",
        "taken": "Already acknowledged by {by} on {at}.",
        "taken-own": "Already acknowledged by you on {at}.",
        "resolved": "The alert is over: nothing is left to acknowledge.",
    },
    short={
        "expired": "This link has expired. Nothing was recorded.",
        "unknown": "This link is not valid. Nothing was recorded.",
        "done": "Done: you have acknowledged this incident.",
        "taken": "Already acknowledged.",
        "taken-own": "Already acknowledged by you.",
        "resolved": "The alert is over.",
        "waiting": "By pressing it you say that you take care of it.",
    },
    level="Level",
    since="Since",
    acknowledge="Acknowledge",
    pressing="By pressing it you say that you take care of it; the others who were told will know.",
)

PAGE_WORDS: Final[Mapping[Language, PageWords]] = {Language.FRENCH: _FRENCH, Language.ENGLISH: _ENGLISH}


def other(language: Language) -> Language:
    """The one that stands beside it, in short."""
    return Language.ENGLISH if language is Language.FRENCH else Language.FRENCH
