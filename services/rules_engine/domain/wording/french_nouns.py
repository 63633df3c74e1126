"""French nouns: which are feminine, which are plural, which are things that stand somewhere.

A title of a kind or a property is free text, so its article has to be found: by the noun it begins with, else by an
ending that only one gender has. A noun of which neither is sure has no article, and a phrase that needs none is used.
"""

from __future__ import annotations

from typing import Final

FEMININE: Final = frozenset(
    """
    altitude amplitude averse batterie charge chaleur clarté concentration conductivité consommation couleur
    crue cuve densité direction distance durée eau énergie entrée fréquence fumée hauteur houle humidité inclinaison
    intensité lampe levée luminance luminosité lumière masse mesure neige note ouverture panne part période personne
    pluie pollution poussière précipitation présence pression profondeur puissance qualité quantité salinité saturation
    sortie surface surverse température tension turbidité valeur vapeur vibration vitesse voiture visibilité volée vague
    """.split()  # noqa: SIM905 - a long list reads better as text
)
MASCULINE: Final = frozenset(
    """
    ammonium angle azote bastion bruit camion chlore chant comité courant côté cri cumul cycle cycliste déchet débit
    défaut degré dioxygène écart éclairement état facteur flux gaz indice litre mercure méthane mouvement mètre murmure
    nitrate niveau nombre octet oxygène
    ozone passage passant phosphate piéton pic poids potentiel pourcentage rayonnement remplissage risque seuil signal
    silence soleil solde son stock taux temps tonnage total trafic été usage usager véhicule vélo vent vidage volume
    """.split()  # noqa: SIM905 - a long list reads better as text
)
FEMININE_THINGS: Final = frozenset(
    """
    armoire balise balance bascule batterie benne borne bouche bouée boucle caméra colonne corbeille cuve fontaine
    horloge lampe lanterne passerelle poubelle pompe porte sonde station trappe vanne
    """.split()  # noqa: SIM905 - a long list reads better as text
)
MASCULINE_THINGS: Final = frozenset(
    """
    affichage bac ballon banc bassin boîtier candélabre capteur château conteneur collecteur comptage compteur coffret
    déversoir enregistreur feu horodateur lampadaire luminaire mât nœud panneau parking poste portique projecteur puits
    radar regard relais réservoir réverbère sas silo totem
    """.split()  # noqa: SIM905 - a long list reads better as text
)
_FEMININE_ENDINGS: Final = ("tion", "sion", "xion", "té", "tude", "ance", "ence", "esse", "ette", "ure")
_MASCULINE_ENDINGS: Final = ("ment", "isme", "mètre", "scope", "graphe", "age", "eau", "teur", "phone")
_ASPIRATED: Final = ("hauteur", "hausse", "haut", "houle", "haie", "hangar", "halle", "halte", "hameau", "huit")
_VOWELS: Final = "aâàäeéèêëiîïoôöuùûüyœæ"
_PREPOSITIONS: Final = frozenset(
    {"de", "du", "des", "à", "au", "aux", "en", "par", "pour", "sur", "dans", "avec", "sans"}
)


def gender(word: str) -> bool | None:
    """Whether a noun, singular or plural, is feminine; None: not sure."""
    word = word.lower()
    for form in dict.fromkeys((word, word.removesuffix("s"), word.removesuffix("x"))):
        if form in FEMININE | FEMININE_THINGS:
            return True
        if form in MASCULINE | MASCULINE_THINGS:
            return False
    return _by_ending(word.removesuffix("s"))


def is_plural(word: str) -> bool:
    """Whether a noun is written in the plural."""
    word = word.lower()
    known = FEMININE | MASCULINE | FEMININE_THINGS | MASCULINE_THINGS
    return word not in known and word.endswith(("s", "x"))


def is_thing(word: str) -> bool:
    """Whether a noun names something that stands somewhere, so that there is one and another."""
    return word.lower() in FEMININE_THINGS | MASCULINE_THINGS or word.lower().endswith(("mètre", "scope", "graphe"))


def is_elided_before(text: str) -> bool:
    """Whether an article or ``que`` loses its vowel before the text."""
    word = text.lower()
    if word.startswith("h"):
        return not word.startswith(_ASPIRATED)
    return word[:1] in _VOWELS and not word.startswith(("onze", "ouistiti", "yaourt", "yacht"))


def plural(title: str) -> str:
    """A title that begins with a noun in the plural: ``compteurs de vélos quotidiens``."""
    words = title.split()
    count = next((index for index, word in enumerate(words) if _is_complement(word)), len(words))
    told = [_plural_word(word) for word in words[:count]] + words[count:]
    if count < len(words) - 1 and words[-2].endswith("s") and not words[-1].endswith("s") and words[-1][0].isalpha():
        # After a plural noun, an adjective in the singular belongs to the first noun.
        told[-1] = _plural_word(words[-1])
    return " ".join(told)


def _is_complement(word: str) -> bool:
    return word in _PREPOSITIONS or word.startswith(("d'", "d’", "l'", "l’", "(", "«"))


def _plural_word(word: str) -> str:
    if word.endswith(("s", "x", "z")):
        return word
    if word.endswith(("eau", "eu")):
        return f"{word}x"
    return f"{word[:-2]}aux" if word.endswith("al") else f"{word}s"


def _by_ending(word: str) -> bool | None:
    if word.endswith(_MASCULINE_ENDINGS) and len(word) > 5:
        return False
    return True if word.endswith(_FEMININE_ENDINGS) and len(word) > 4 else None
