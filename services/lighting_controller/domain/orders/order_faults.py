"""How what is wrong with an order is told: each fault begins with its field; French, with English beside it."""

from __future__ import annotations

from typing import Final

BAD_ID: Final = "un nom a des lettres, des chiffres et . - _ / an id has letters, digits and . - _"
EMPTY: Final = "sans niveau, une commande rend aussitôt au calendrier / without a level it resumes the calendar at once"
TEXT: Final = "du texte / text"
AREA_OR_POLYGON: Final = "area: une zone ou un polygone, pas les deux / an area or a polygon, not both"
NO_PLACE: Final = (
    "area: dites où : une zone du registre, un polygone ou des groupes (--group) / "
    "say where: an area of the registry, a polygon or groups"
)
NO_END: Final = (
    "expiration: dites quand elle finit, par sa durée (--for) ou par sa fin (--until), pas par les deux / "
    "say when it ends, by expiration or by lasts, and not by both"
)
OVER_BEFORE: Final = (
    "expiration: elle finirait avant de commencer, ou avant maintenant / "
    "it would be over before it starts, or before now"
)
TURNED: Final = (
    "polygon: aucun luminaire là, mais il y en aurait avec la longitude avant la latitude : [5.37, 43.29] / "
    "no luminaire lies there; longitude comes first, then latitude"
)


def bad_level(level: float) -> str:
    """It is no whole number of percent."""
    words = f"un niveau va de 0 à 100 %, en nombre entier, pas {level:g}"
    return f"level: {words} / a level is 0 to 100 percent in whole numbers"


def bad_reason(least: int, most: int) -> str:
    """It says too little, or too much."""
    words = f"de {least} à {most} caractères, pour qui demandera pourquoi (--reason)"
    return f"reason: {words} / {least} to {most} characters, for whoever asks why the light was so"


def bad_ramp(seconds: float, most: int) -> str:
    """It takes too long, or less than no time."""
    words = f"une rampe dure de 0 à {most} secondes, pas {seconds:g}"
    return f"ramp_s: {words} / a ramp lasts 0 to {most} seconds"


def bad_key(most: int) -> str:
    """It is empty or too long."""
    return f"key: de 1 à {most} caractères / 1 to {most} characters"


def too_many_groups(most: int) -> str:
    """More than anyone names."""
    return f"groups: {most} au plus, nommez une zone / at most {most}; name an area"


def too_far(days: int) -> str:
    """It would start that far ahead."""
    return f"start: dans plus de {days} jours / more than {days} days ahead"


def too_long(hours: int) -> str:
    """It would hold the light for longer than anyone may."""
    words = f"elle durerait plus de {hours} h ; commandez de nouveau à la fin"
    return f"expiration: {words} / it would last longer than {hours} h; ask again when that is over"


def nothing_there(where: str) -> str:
    """No luminaire there can be commanded."""
    words = f"aucun groupe n'a de luminaire là ({where}), rien ne s'allumerait"
    return f"area: {words} / no group has a luminaire there: nothing would be lit"
