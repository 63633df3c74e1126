"""The page of the rivers."""

from __future__ import annotations

from typing import Final

TEXTS: Final[dict[str, tuple[str, str]]] = {
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
    "highest-here": ("maximum {0} le {1}", "highest {0} on {1}"),
    "local-times": ("Heures locales du point.", "Local times of the point."),
}
