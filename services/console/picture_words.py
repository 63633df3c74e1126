"""What stands in words beside the picture of a year, for who prints it and for who can't see it; in French."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from services.lighting_controller.domain.calendars.calendar import ORDINARY, Category
from services.lighting_controller.domain.calendars.planning import YearPlan, ZonePlan

_COLOURS: Final = ("#2a7f8e", "#8e4fa8", "#c2557a", "#4c8b3f", "#3f62b5", "#8a6d1f", "#5b6472")
_CATEGORIES: Final = {
    Category.HERITAGE: "Mise en valeur du patrimoine : éteinte à 1 h au plus tard (arrêté du 27 décembre 2018).",
    Category.PARK: "Parc ou jardin : éteint une heure après sa fermeture (arrêté du 27 décembre 2018).",
}


def programme_colours(plan: YearPlan) -> Mapping[str, str]:
    """A colour for each programme that has a night, the commonest first."""
    names = [name for name, _ in Counter(night.programme for night in plan.nights).most_common()]
    others = (name for name in names if name != ORDINARY)
    colours = {name: _COLOURS[index % len(_COLOURS)] for index, name in enumerate(others)}
    return {name: colours.get(name, "#c9d1de") for name in names}


def summary(plan: YearPlan) -> Iterator[str]:
    """Figures of the year, the law, and how to read the picture."""
    lit, dark, full = (
        sum(each) / 3600
        for each in zip(*((month.lit_s, month.dark_s, month.full_load_s) for month in plan.months), strict=True)
    )
    dark_words = f", éteint {hours(dark)} entre le crépuscule et l’aube" if dark else ""
    yield f"Année : allumé {hours(lit)}{dark_words} ; autant de lumière que {hours(full)} à 100 % (* niveau × durée)."
    yield from (_law(zone) for zone in plan.extinctions)
    yield from (words for category, words in _CATEGORIES.items() if category is plan.category)
    yield (
        "Une colonne par nuit, de midi (en haut) à midi (en bas), à l’heure légale. Lignes noires : crépuscule et aube "
        f"civils à {abs(plan.latitude):.2f}° {'N' if plan.latitude >= 0 else 'S'}, "
        f"{abs(plan.longitude):.2f}° {'E' if plan.longitude >= 0 else 'O'}."
    )
    yield "Le calendrier seul : ni les règles et les personnes qui le dépassent, ni le minimum que garde la voie."


def nights(number: int) -> str:
    """``1 nuit``, ``26 nuits``."""
    return f"{number} nuit{'s' if number > 1 else ''}"


def hours(number: float) -> str:
    """``2 511 h``."""
    return f"{number:,.0f} h".replace(",", "\u202f")


def described(plan: YearPlan) -> str:
    """The picture for who can't see it."""
    special = [f"{night.occasion} le {night.night:%d/%m}" for night in plan.nights if night.occasion]
    months = (f"{month.month:02}/{plan.year} : {month.lit_s / 3600:.0f} h" for month in plan.months)
    occasions = f" Nuits particulières : {', '.join(special)}." if special else ""
    return f"{plan.calendar}. {' '.join(summary(plan))}{occasions} Heures allumées par mois : {' ; '.join(months)}."


def _law(zone: ZonePlan) -> str:
    until = f" jusqu’au {zone.until:%d/%m/%Y}" if zone.until else ""
    return f"Extinction permise de {zone.begins} à {zone.ends} depuis le {zone.since:%d/%m/%Y}{until} : {zone.bylaw}."
