"""The page of street lighting."""

from __future__ import annotations

from typing import Final

TEXTS: Final[dict[str, tuple[str, str]]] = {
    "lamps": ("Éclairage", "Street lighting"),
    "no-lamps": ("Aucun groupe de luminaires.", "No group of luminaires."),
    "simulated": ("simulé", "simulated"),
    "by-calendar": ("Décidé par le calendrier", "Decided by the calendar"),
    "by-override": ("Décidé par une dérogation", "Decided by an override"),
    "by-emergency": ("Décidé par une urgence", "Decided by an emergency"),
    "by-operator": ("Décidé par un agent", "Decided by an operator"),
    "by-rule": ("Décidé par une règle", "Decided by a rule"),
    "faulty": ("{0} en défaut, à réparer", "{0} with a fault, to be repaired"),
    "fault-communication": ("ne répond pas", "no answer"),
    "fault-lamp": ("lampe en panne", "lamp failed"),
    "fault-stuck": ("bloqué", "stuck"),
    "fault-day-burner": ("allumé de jour", "burns by day"),
    "burnt": ("La nuit dernière : {0}", "Last night: {0}"),
    "spared": ("{0} de moins qu’à pleine puissance", "{0} less than at full power"),
    "estimated": ("dont {0} estimés", "of which {0} estimated"),
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
    "held": ("dont {0} que retiennent les limites de la voie", "{0} of them held by the limits of the street"),
    "override-waiting": ("Dérogation en attente", "Override waiting"),
}
