"""The page of one point."""

from __future__ import annotations

from typing import Final

TEXTS: Final[dict[str, tuple[str, str]]] = {
    "point-directorate": ("Direction\N{NO-BREAK SPACE}: {0}", "Directorate: {0}"),
    "point-retired": (
        "Ce point n’est plus mesuré depuis le {0}. Son histoire reste lisible.",
        "This point has not been measured since {0}. Its history can still be read.",
    ),
    "point-simulated": (
        "Aucun appareil n’est ici\N{NO-BREAK SPACE}: ces valeurs sont inventées pour la démonstration.",
        "No device stands here: these values are made up for the demonstration.",
    ),
    "point-now": ("En ce moment", "Just now"),
    "point-course": ("Jour et semaine", "Day and week"),
    "point-previous": ("Jour précédent", "Previous day"),
    "point-next": ("Jour suivant", "Next day"),
    "point-today": ("Aujourd’hui", "Today"),
    "point-newest": ("Dernier jour mesuré", "Latest day with values"),
    "point-days": ("Choisir un jour", "Choose a day"),
    "point-no-day": (
        (
            "Ce jour ne peut pas être montré\N{NO-BREAK SPACE}: voici aujourd’hui. "
            "Un jour s’écrit 2022-01-10, et il ne doit pas être à venir."
        ),
        "That day can’t be shown: here is today. A day is written 2022-01-10, and it must not be yet to come.",
    ),
    "point-week": ("Les sept jours, du {0} au {1}", "The seven days from {0} to {1}"),
    "point-drawn": ("{0}\N{NO-BREAK SPACE}: {1}", "{0}: {1}"),
    "point-desc": ("De {0} à {1}\N{NARROW NO-BREAK SPACE}; en dernier {2}.", "Between {0} and {1}; {2} at the end."),
    "point-none": ("Aucune mesure dans ce temps.", "Nothing was measured in this time."),
    "point-doubts-one": (
        "{0} valeur douteuse, marquée d’un cercle et laissée hors des calculs.",
        "{0} doubtful value, marked by a circle and left out of what is worked out.",
    ),
    "point-doubts": (
        "{0} valeurs douteuses, marquées d’un cercle et laissées hors des calculs.",
        "{0} doubtful values, marked by circles and left out of what is worked out.",
    ),
    "point-col-day": ("Jour", "Day"),
    "point-by-mean": ("Moyenne", "Mean"),
    "point-by-energy-mean": ("Moyenne énergétique", "Energy mean"),
    "point-by-sum": ("Total", "Total"),
    "point-by-max": ("Maximum", "Highest"),
    "point-by-last": ("Dernière valeur", "Latest value"),
    "point-col-count": ("Mesures", "Values"),
    "point-file": ("Télécharger ce jour (CSV)", "Download this day (CSV)"),
    "point-week-file": ("Télécharger les sept jours (CSV)", "Download the seven days (CSV)"),
    "point-zone": ("Heures locales du point ({0}).", "Local times of the point ({0})."),
    "point-figures": ("Indicateurs", "Indicators"),
    "point-measured": ("mesuré à {0}", "{0} measured"),
    "point-rise": ("Variation sur la dernière heure", "Change over the last hour"),
    "point-alerts": ("Alertes en cours ici", "Alerts here now"),
    "point-no-alerts": ("Aucune alerte en cours ici.", "No alert here now."),
    "point-alert-about": ("alerte d’ensemble", "alert about several points"),
    "point-alert-since": ("{0}, depuis le {1}", "{0}, since {1}"),
    "point-rules": ("Règles qui surveillent ce point", "Rules that watch this point"),
    "point-no-rules": ("Aucune règle ne surveille ce point.", "No rule watches this point."),
    "point-devices": ("Appareils", "Devices"),
    "point-no-devices": ("Aucun appareil ici en ce moment.", "No device here just now."),
    "point-devices-away": (
        "Ce que l’on entend des appareils\N{NO-BREAK SPACE}: indisponible.",
        "What is heard of the devices: unavailable.",
    ),
    "point-since": ("depuis le {0}", "since {0}"),
    "point-since-until": ("du {0} au {1}", "from {0} to {1}"),
    "point-earlier": ("Auparavant", "Before"),
    "point-heard": ("Entendu", "Heard"),
    "point-never-heard": ("jamais", "never"),
    "point-late": ("en retard", "late"),
    "point-battery": ("Pile", "Battery"),
    "point-radio": ("Radio", "Radio"),
    "point-gateways-one": ("{0} passerelle", "{0} gateway"),
    "point-gateways": ("{0} passerelles", "{0} gateways"),
    "point-lamp": ("Consigne", "What is wanted"),
    "point-lamp-group": ("Groupe", "Group"),
    "point-wanted": ("Niveau voulu", "Wanted level"),
    "point-said": ("Niveau signalé", "Reported level"),
    "point-fault": ("Défaut", "Fault"),
    "point-unknown": ("inconnu", "unknown"),
}
