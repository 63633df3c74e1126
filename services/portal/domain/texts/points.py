"""Points of measure, wherever they are listed."""

from __future__ import annotations

from typing import Final

TEXTS: Final[dict[str, tuple[str, str]]] = {
    "points": ("Points de mesure", "Measuring points"),
    "no-points": ("Aucun point : le registre n’a pas encore parlé.", "No point: the registry has not spoken yet."),
    "no-value": ("pas encore de valeur", "no value yet"),
    "quality-good": ("bonne", "good"),
    "quality-out-of-range": ("hors plage", "out of range"),
    "quality-simulated": ("simulée", "simulated"),
    "quality-suspect": ("suspecte", "suspect"),
    "stale": ("ancienne", "old"),
    "yes": ("oui", "yes"),
    "no": ("non", "no"),
    "ago": ("il y a {0}", "{0} ago"),
    "just-now": ("à l’instant", "just now"),
}
