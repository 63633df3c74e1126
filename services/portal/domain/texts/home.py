"""The home page: the summary, the tiles, the map."""

from __future__ import annotations

from typing import Final

TEXTS: Final[dict[str, tuple[str, str]]] = {
    "tiles": ("Les cinq thèmes", "The five themes"),
    "no-recent-value": ("aucune valeur récente", "no recent value"),
    "above-threshold": ("au-dessus du seuil « {0} »", "above the threshold of “{0}”"),
    "below-thresholds": ("sous les seuils d’alerte", "below the alert thresholds"),
    "loudest": ("en ce moment à {0}", "just now at {0}"),
    "loudest-night": ("nuit dernière : au plus {0} ({1})", "last night: at most {0} ({1})"),
    "night-pending": ("nuit dernière : pas encore calculé", "last night: not worked out yet"),
    "full-containers-one": ("pleine, sur {0} surveillées", "full, of {0} that are watched"),
    "full-containers": ("pleines, sur {0} surveillées", "full, of {0} that are watched"),
    "passages-today": ("passages comptés aujourd’hui", "passages counted today"),
    "counters-alerting-one": ("{0} compteur en alerte", "{0} counter alerting"),
    "counters-alerting": ("{0} compteurs en alerte", "{0} counters alerting"),
    "lamps-lit": ("allumés, sur {0} luminaires", "lit, of {0} luminaires"),
    "lamps-dimmed-one": ("{0} abaissé", "{0} dimmed"),
    "lamps-dimmed": ("{0} abaissés", "{0} dimmed"),
    "lamps-amiss-one": ("{0} en écart ou en défaut", "{0} off target or faulty"),
    "lamps-amiss": ("{0} en écart ou en défaut", "{0} off target or faulty"),
    "groups-held-one": ("{0} groupe commandé par une dérogation", "{0} group held by an override"),
    "groups-held": ("{0} groupes commandés par une dérogation", "{0} groups held by an override"),
    "highest-river": ("La rivière à surveiller", "The river to watch"),
    "map": ("La carte", "The map"),
    "map-label": (
        "Carte des points ; la liste qui suit dit la même chose",
        "Map of the points; the list says the same",
    ),
    "map-list": ("Les mêmes points en liste", "The same points as a list"),
    "map-alert": ("en alerte", "alerting"),
    "map-doubt": ("ancien ou douteux", "old or doubtful"),
    "map-schematic": ("Limites schématiques.", "Schematic limits."),
    "outside-map": ("Hors de la carte, dans la liste : {0}.", "Beyond the map, in the list: {0}."),
    "summary": ("En bref", "In brief"),
    "all-quiet": ("Aucune alerte vitale en cours", "No vital alert firing"),
    "alerts-unknown": ("Alertes indisponibles", "Alerts unavailable"),
    "vital-alert": ("Alerte vitale en cours", "Vital alert firing"),
    "firing-count": ("alertes en cours", "alerts firing"),
    "open-count": ("incidents ouverts", "open incidents"),
    "observation-count": ("observations reçues", "observations received"),
    "sms-count": ("SMS envoyés", "text messages sent"),
    "email-count": ("courriels envoyés", "e-mails sent"),
}
