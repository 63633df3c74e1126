"""What stands on every page: the frame, errors, where the data come from."""

from __future__ import annotations

from typing import Final

TEXTS: Final[dict[str, tuple[str, str]]] = {
    "site": ("{0} – Vigie", "{0} – Vigie"),
    "title-home": ("La ville en direct", "The city live"),
    "title-noise": ("Le bruit", "Noise"),
    "title-waste": ("Les déchets", "Waste"),
    "title-water": ("Les rivières", "Rivers"),
    "title-mobility": ("Les mobilités", "Mobility"),
    "title-lighting": ("L’éclairage", "Street lighting"),
    "title-incidents": ("Les incidents", "Incidents"),
    "title-messages": ("Les messages", "Messages"),
    "nav": ("Pages", "Pages"),
    "nav-home": ("Accueil", "Home"),
    "nav-noise": ("Bruit", "Noise"),
    "nav-waste": ("Déchets", "Waste"),
    "nav-water": ("Rivières", "Rivers"),
    "nav-mobility": ("Mobilités", "Mobility"),
    "nav-lighting": ("Éclairage", "Lighting"),
    "nav-incidents": ("Incidents", "Incidents"),
    "nav-messages": ("Messages", "Messages"),
    "replay-banner": (
        (
            "Démonstration : des mesures enregistrées ailleurs ou à d’autres dates sont rejouées en accéléré. "
            "Ce ne sont pas celles d’aujourd’hui."
        ),
        "Demonstration: measurements recorded elsewhere or at other dates are replayed fast. They are not today’s.",
    ),
    "where-from": ("D’où elles viennent", "Where they come from"),
    "error-404": ("Page introuvable", "Page not found"),
    "error-404-note": (
        "Il n’y a rien à cette adresse. Elle a pu changer, ou le point n’existe pas.",
        "There is nothing at this address. It may have changed, or the point does not exist.",
    ),
    "error-503": ("Un instant…", "One moment…"),
    "back-home": ("Retour à l’accueil", "Back to the home page"),
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
    "origins": ("D’où viennent ces données", "Where these data come from"),
    "recorded": ("enregistré\u00a0: {0}, {1}, rejoué ici", "recorded: {0}, {1}, replayed here"),
    "source": ("Source : {0}", "Source: {0}"),
    "licence": ("Licence : {0}", "Licence: {0}"),
    "origin-simulated-one": ("{0} point simulé : aucune mesure réelle.", "{0} simulated point: nothing is measured."),
    "origin-simulated": ("{0} points simulés : aucune mesure réelle.", "{0} simulated points: nothing is measured."),
    "replayed": ("rejoué", "replayed"),
}
