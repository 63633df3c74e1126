"""Every fixed text of the pages, French first, English beside it.

French signs keep their distance: U+00A0 before a colon and inside quotation marks, U+202F before ; ! and ?.
"""

from __future__ import annotations

from typing import Final, Literal

Language = Literal["fr", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("fr", "en")

TEXTS: Final[dict[str, tuple[str, str]]] = {
    # the frame
    "title": ("Vigie – la ville en direct", "Vigie – the city live"),
    "tagline": ("Capteurs, règles et alertes de la ville", "The city’s sensors, rules and alerts"),
    "skip": ("Aller au contenu", "Skip to content"),
    "other-language": ("English", "Français"),
    "live": ("En direct", "Live"),
    "reconnecting": ("Connexion perdue, nouvel essai…", "Connection lost, trying again…"),
    "not-live": ("Page figée : rechargez pour actualiser", "Still page: reload to update"),
    "replayed-time": ("temps rejoué", "replayed time"),
    "real-time": ("heure de Paris", "Paris time"),
    "local-demo": ("Démonstration locale, sans authentification.", "Local demonstration, without sign-in."),
    "unavailable": ("Indisponible : le service ne répond pas.", "Unavailable: the service does not answer."),
    "unavailable-short": ("indisponible", "unavailable"),
    "none-yet": ("Rien pour l’instant.", "Nothing yet."),
    "not-ready": ("Le portail démarre ; réessayez dans un instant.", "The portal is starting; try again shortly."),
    # the summary
    "summary": ("En bref", "In brief"),
    "all-quiet": ("Aucune alerte vitale en cours", "No vital alert firing"),
    "alerts-unknown": ("Alertes indisponibles", "Alerts unavailable"),
    "vital-alert": ("Alerte vitale en cours", "Vital alert firing"),
    "firing-count": ("alertes en cours", "alerts firing"),
    "open-count": ("incidents ouverts", "open incidents"),
    "observation-count": ("observations reçues", "observations received"),
    "sms-count": ("SMS envoyés", "text messages sent"),
    "email-count": ("courriels envoyés", "e-mails sent"),
    # the flood
    "flood": ("Niveau des rivières", "River levels"),
    "upstream": ("Les autres stations", "The other stations"),
    "rise": ("{0}/h sur la dernière heure", "{0}/h over the last hour"),
    "as-table": ("Voir les valeurs en tableau", "Show the values as a table"),
    "chart-title": ("{0} : hauteur d’eau du {1} au {2}", "{0}: water level from {1} to {2}"),
    "chart-desc": (
        "De {0} à {1} ; dernière valeur {2} le {3}.",
        "Between {0} and {1}; latest value {2} on {3}.",
    ),
    "chart-gaps": ("Trous dans la courbe : {0}.", "Gaps in the line: {0}."),
    "col-from": ("À partir de", "From"),
    "col-min": ("Minimum", "Lowest"),
    "col-max": ("Maximum", "Highest"),
    "col-last": ("Dernière valeur", "Latest value"),
    "col-point": ("Point", "Point"),
    "col-time": ("Heure", "Time"),
    "col-quality": ("Qualité", "Quality"),
    "highest-here": ("maximum {0} le {1}", "highest {0} on {1}"),
    "local-times": ("Heures locales du point.", "Local times of the point."),
    # alerts and incidents
    "alerts": ("Alertes en cours", "Alerts firing"),
    "no-alerts": ("Aucune alerte en cours.", "No alert is firing."),
    "since": ("depuis le {0}", "since {0}"),
    "points-concerned": ("{0} points", "{0} points"),
    "first-since": ("la plus ancienne depuis le {0}", "the oldest since {0}"),
    "show-all": ("Voir la liste", "Show the list"),
    "incidents": ("Incidents", "Incidents"),
    "open-incidents": ("Ouverts", "Open"),
    "resolved-incidents": ("Résolus récemment", "Recently resolved"),
    "no-open-incidents": ("Aucun incident ouvert.", "No open incident."),
    "opened": ("ouvert le {0}", "opened {0}"),
    "resolved": ("résolu le {0}", "resolved {0}"),
    "lasted": ("durée {0}", "lasted {0}"),
    "firing-in-incident": ("{0} alertes actives", "{0} alerts firing"),
    "more": ("et {0} de plus", "and {0} more"),
    # the outbox
    "outbox": ("Messages envoyés", "Messages sent"),
    "outbox-note": (
        "Ce que reçoivent les personnes d’astreinte. En démonstration, rien ne quitte cette machine.",
        "What the people on call receive. In the demonstration nothing leaves this machine.",
    ),
    "sms": ("SMS", "Text messages"),
    "emails": ("Courriels", "E-mails"),
    "no-sms": ("Aucun SMS.", "No text message."),
    "no-emails": ("Aucun courriel.", "No e-mail."),
    "to": ("À", "To"),
    "read-on": ("Lire le message", "Read the message"),
    "state-queued": ("en file", "queued"),
    "state-attempting": ("envoi en cours", "being sent"),
    "state-sent": ("envoyé", "sent"),
    "state-failed": ("échec", "failed"),
    "state-uncertain": ("incertain", "uncertain"),
    "why-waits-for-fire": ("attend que l’alerte ait été dite", "waits until the alert was told"),
    "why-waits-for-grant": ("attend une minute une suite éventuelle", "waits a minute for what may follow"),
    "why-fire-not-told": ("l’alerte elle-même n’a pas pu être dite", "the alert itself could not be told"),
    "why-delayed": (
        "l’opérateur ne prend rien pour l’instant ; nouvel essai",
        "the carrier takes nothing now; tried again",
    ),
    "why-refused": ("refusé par l’opérateur", "refused by the carrier"),
    "why-gave-up": ("abandonné après dix essais", "given up after ten attempts"),
    "why-no-answer": ("pas de réponse : peut-être reçu, peut-être pas", "no answer: it may have arrived or not"),
    "why-found-absent": ("l’opérateur ne l’a pas ; nouvel essai", "the carrier does not have it; tried again"),
    "why-interrupted": ("envoi interrompu : peut-être reçu, peut-être pas", "interrupted: it may have arrived or not"),
    "why-sends-again-in-doubt": ("renvoi dans le doute", "sending again in doubt"),
    "why-sent-again-in-doubt": (
        "renvoyé dans le doute : peut-être reçu deux fois",
        "sent again in doubt: may have come twice",
    ),
    # the lamps
    "lamps": ("Éclairage", "Street lighting"),
    "no-lamps": ("Aucun groupe de luminaires.", "No group of luminaires."),
    "simulated": ("simulé", "simulated"),
    "by-calendar": ("Décidé par le calendrier", "Decided by the calendar"),
    "by-override": ("Décidé par une dérogation", "Decided by an override"),
    "reason": ("motif : {0}", "reason: {0}"),
    "instead-of": ("au lieu de {0} prévus par le calendrier", "instead of the calendar’s {0}"),
    "until": ("jusqu’au {0}", "until {0}"),
    "rule": ("règle {0}", "rule {0}"),
    "used": ("{0} d’éclairage consommées sur {1}", "{0} of {1} of lighting used"),
    "lamp-title": ("{0} : consigne {1}, signalé {2}", "{0}: target {1}, reported {2}"),
    "not-heard": ("rien", "nothing"),
    "differs": ("signalé {0}", "reports {0}"),
    "lamp-levels": ("consigne et niveau signalé de chaque luminaire", "target and reported level of each luminaire"),
    "all-follow": ("{0} luminaires sur {1} suivent la consigne", "{0} of {1} luminaires follow the target"),
    "override-waiting": ("Dérogation en attente", "Override waiting"),
    # the points
    "points": ("Points de mesure", "Measuring points"),
    "no-points": ("Aucun point : le registre n’a pas encore parlé.", "No point: the registry has not spoken yet."),
    "no-value": ("pas encore de valeur", "no value yet"),
    "firing": ("alerte en cours", "alert firing"),
    "quality-good": ("bonne", "good"),
    "quality-out-of-range": ("hors plage", "out of range"),
    "quality-suspect": ("suspecte", "suspect"),
    "stale": ("ancienne", "old"),
    "zone-note": ("heures de {0}", "{0} times"),
    # where the data come from
    "origins": ("D’où viennent ces données", "Where these data come from"),
    "recorded": ("enregistré à {0}, {1}, rejoué", "recorded in {0}, {1}, replayed"),
    "source": ("Source : {0}", "Source: {0}"),
    "licence": ("Licence : {0}", "Licence: {0}"),
    "origin-simulated": ("{0} points simulés : aucune mesure réelle.", "{0} simulated points: nothing is measured."),
    "replayed": ("rejoué", "replayed"),
}


def say(language: Language, name: str, *words: str) -> str:
    """A text with its gaps filled.

    Raises:
        KeyError: no such text.
    """
    return TEXTS[name][LANGUAGES.index(language)].format(*words)
