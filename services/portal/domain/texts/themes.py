"""What the pages of the themes have in common, and what is said on one of them only."""

from __future__ import annotations

from typing import Final

TEXTS: Final[dict[str, tuple[str, str]]] = {
    "about-noise": (
        "Ce que mesurent les stations, en décibels : plus un chiffre est haut, plus la rue est bruyante.",
        "What the stations measure, in decibels: the higher the figure, the louder the street.",
    ),
    "about-waste": (
        "Le remplissage des bornes d’apport volontaire, les plus pleines d’abord.",
        "How full the drop-off containers are, the fullest first.",
    ),
    "about-water": (
        "La hauteur des rivières, les seuils des règles d’alerte, la pluie.",
        "The level of the rivers, the thresholds of the alert rules, the rain.",
    ),
    "about-mobility": (
        "Les vélos et les piétons que comptent les capteurs, heure par heure.",
        "The bikes and walkers that the sensors count, hour by hour.",
    ),
    "about-lighting": (
        "Ce que chaque groupe de luminaires doit faire, ce qu’il fait, et pourquoi.",
        "What each group of luminaires should do, what it does, and why.",
    ),
    "points-noise": ("Les stations", "The stations"),
    "points-waste": ("Les bornes et les corbeilles", "Containers and bins"),
    "points-water": ("La pluie et la qualité de l’eau", "Rain and quality of the water"),
    "points-mobility": ("Les compteurs", "The counters"),
    "points-lighting": ("Les capteurs de luminosité", "The light sensors"),
    "not-worked-out": ("pas encore calculé", "not worked out yet"),
    "not-measured": ("pas de mesure", "no measure"),
    "quality": ("qualité {0}", "quality: {0}"),
    "colon": ("\N{NO-BREAK SPACE}:", ":"),
    "measured-share": ("La veille n’a été mesurée qu’à {0}.", "Only {0} of the day before was measured."),
    "from-clock": ("dès {0}", "from {0}"),
    # the drawings
    "spark-day": ("Les dernières 24 heures : de {0} à {1}.", "The last 24 hours: between {0} and {1}."),
    "spark-hours": (
        "Aujourd’hui par heure, hier en clair derrière : {0} aujourd’hui, au plus {1} en une heure.",
        "Today by hour, yesterday pale behind: {0} today, at most {1} in an hour.",
    ),
    "spark-days": ("Les {0} derniers jours : au plus {1} en un jour.", "The last {0} days: at most {1} in a day."),
    # noise
    "noise-lead": ("Le plus bruyant en ce moment : {0}, {1}.", "Loudest just now: {0}, {1}."),
    "noise-note": (
        (
            "Courbe : les dernières 24 heures, de 30 à 90 dB(A). Barres : la veille, de minuit à minuit ; le trait "
            "marque la valeur limite des routes sur un an (Lden 68, nuit 62 dB(A), arrêté du 4 avril 2006)."
        ),
        (
            "Line: the last 24 hours, from 30 to 90 dB(A). Bars: the day before, midnight to midnight; the mark is "
            "the French yearly limit for roads (Lden 68, night 62 dB(A), decree of 4 April 2006)."
        ),
    ),
    "figure-leq-24h": ("Dernières 24 h", "Last 24 h"),
    "figure-ld": ("Jour, 6 h–18 h", "Day, 6–18 h"),
    "figure-le": ("Soirée, 18 h–22 h", "Evening, 18–22 h"),
    "figure-ln": ("Nuit, 22 h–6 h", "Night, 22–6 h"),
    "figure-lden": ("Lden (24 h pondérées)", "Lden (weighted 24 h)"),
    # waste
    "waste-lead-one": ("{0} pleine sur {1} que l’on surveille.", "{0} full of {1} that are watched."),
    "waste-lead": ("{0} pleines sur {1} que l’on surveille.", "{0} full of {1} that are watched."),
    "over-since": ("À {0} ou plus depuis", "At {0} or more since"),
    "days-over": ("Jours à {0} ou plus, sur 30", "Days at {0} or more, of 30"),
    # mobility
    "mobility-lead": ("{0} passages comptés aujourd’hui.", "{0} passages counted today."),
    "hours-note": (
        "Barres : aujourd’hui par heure ; en clair, hier. Un zéro dit « personne » ; un trou, « pas de mesure ».",
        "Bars: today by hour; pale, yesterday. A zero says nobody passed; a hole, nothing was measured.",
    ),
    "figure-today": ("Aujourd’hui", "Today"),
    "figure-yesterday": ("Hier", "Yesterday"),
    "figure-last-7-days": ("7 derniers jours", "Last 7 days"),
    "figure-busiest-hour": ("Heure la plus chargée d’hier", "Busiest hour of yesterday"),
}
