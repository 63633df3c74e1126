"""What is said of tables to take away, as plain text."""

from __future__ import annotations

from typing import Final

TEXTS: Final[dict[str, tuple[str, str]]] = {
    "download-no-day": (
        "Ce jour n’existe pas. Écrivez les jours ainsi : from=2022-01-10&to=2022-01-12",
        "There is no such day. Write days like this: from=2022-01-10&to=2022-01-12",
    ),
    "download-reversed": (
        "Le dernier jour (to) est avant le premier (from). Écrivez par exemple : from=2022-01-10&to=2022-01-12",
        "The last day (to) is before the first (from). Write for example: from=2022-01-10&to=2022-01-12",
    ),
    "download-too-long": (
        "31 jours au plus par fichier. Demandez un mois à la fois, par exemple : from=2022-01-01&to=2022-01-31",
        "At most 31 days in a file. Ask for a month at a time, for example: from=2022-01-01&to=2022-01-31",
    ),
    "download-too-many": (
        "Plus de 100 000 lignes entre ces jours. Demandez moins de jours à la fois, par exemple : from={0}&to={0}",
        "More than 100,000 lines in these days. Ask for fewer days at a time, for example: from={0}&to={0}",
    ),
    "download-away": (
        "Le service des mesures ne répond pas. Réessayez dans un instant.",
        "The service of the measurements does not answer. Try again in a moment.",
    ),
    "describes-own": ("Mesures de la métropole.", "The metropolis’s own measurements."),
    "describes-simulated": ("Point simulé : aucune mesure réelle.", "Simulated point: no real measurement."),
    "describes-place": ("Lieu d’enregistrement : {0}", "Place of recording: {0}"),
    "describes-period": ("Période d’enregistrement : {0}", "Period of recording: {0}"),
    "describes-moved": (
        "Enregistrement rejoué : le lieu peut différer, et les dates être décalées de semaines entières.",
        "A recording played again: the place may differ, and dates may be moved by whole weeks.",
    ),
    "describes-unlicensed": (
        "Licence : aucune n’est indiquée pour ce point.",
        "Licence: none is stated for this point.",
    ),
    "describes-zone": (
        "Heures : « time » est en UTC, « time_local » dans la zone {0} ; les jours demandés sont ceux de cette zone.",
        "Times: “time” is UTC, “time_local” is in the zone {0}; the days asked for are days of that zone.",
    ),
    "describes-ends": (
        "Une somme ou un niveau équivalent porte l’heure à laquelle son intervalle finit.",
        "A sum or an equivalent level bears the time at which its interval ends.",
    ),
    "describes-properties": ("Grandeurs et unités (code UCUM) :", "Properties and units (UCUM code):"),
    "describes-property": ("- {0} : {1} [{2}]", "- {0}: {1} [{2}]"),
    "describes-qualities": ("Qualité :", "Quality:"),
    "describes-good": ("- good : mesure plausible", "- good: a plausible measurement"),
    "describes-out-of-range": (
        "- out-of-range : hors de ce que le capteur peut mesurer",
        "- out-of-range: outside of what the sensor can measure",
    ),
    "describes-suspect": (
        "- suspect : une raison d’en douter est connue",
        "- suspect: there is a known reason to doubt it",
    ),
    "describes-made-up": (
        "- simulated : message d’essai, inventé par un serveur de réseau",
        "- simulated: a trial message that a network server made up",
    ),
    "describes-format": (
        "Fichier CSV (RFC 4180) : UTF-8, virgules, point décimal, fins de ligne CR LF.",
        "CSV file (RFC 4180): UTF-8, commas, decimal points, lines end with CR LF.",
    ),
}
