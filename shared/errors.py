"""Every error that Vigie raises on purpose.

    VigieError
    |-- InputError              what came from outside is wrong; another try changes nothing
    |   |-- ProblemsFound       a document with its problems, each with file, line and column
    |   |-- NotFound            no such thing
    |   `-- Forbidden           the actor may not do that
    |-- SettingsError           the process can't start with this environment
    |-- DatabaseOutdated        the database is not at the version of the code
    |-- BusIncomplete           the broker lacks queues or exchanges
    |-- NotReady                what is needed has not come yet
    |-- LeaseLost               another replica does this part of the work by now
    `-- DeliveryError           an outside party did not take what we sent
        |-- DeliveryDelayed     it may take it later
        |   `-- AccountRefused  it takes nothing from us until our account is mended
        |-- DeliveryRefused     it never will
        |   `-- OptedOut        the recipient asked to be told no more this way
        `-- DeliveryUncertain   nobody knows whether it took it

Bad uplinks are not errors but rejections with a reason from a closed list (``shared.model.rejections``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shared.problems import Problem


_NO_FRENCH: Final = {
    "alert": "aucune alerte",
    "alert of rule": "aucune alerte de la règle",
    "area": "aucune zone",
    "call": "aucun appel",
    "device": "aucun capteur",
    "directorate": "aucune direction",
    "emergency": "aucune urgence",
    "file": "aucun fichier",
    "group of luminaires": "aucun groupe de luminaires",
    "incident": "aucun incident",
    "incident or notification": "aucun incident ni message",
    "key": "aucune clé",
    "observation": "aucune mesure",
    "override": "aucune commande",
    "person": "personne de ce nom :",
    "point": "aucun point",
    "property": "aucune grandeur",
    "quarantined rule": "aucune règle à l'écart",
    "revision": "aucune révision",
    "schedule, nor team with one,": "aucun planning, ni équipe qui en ait un,",
    "silence": "aucun silence",
    "value in quarantine": "aucune valeur en quarantaine",
}


class VigieError(Exception):
    """The root of the tree."""


class InputError(VigieError):
    """What came from outside is wrong; another try changes nothing."""


class ProblemsFound(InputError):
    """A document has problems; all of them are in ``problems``."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class NotFound(InputError):
    """There is no such thing; ``near`` is one that there is, where the identifier looks like a slip of it."""

    def __init__(self, what: str, identifier: str, near: str | None = None) -> None:
        self.what = what
        self.identifier = identifier
        french, english = ("", "") if near is None else (f" (voulez-vous dire '{near}' ?)", f", did you mean '{near}'?")
        none = _NO_FRENCH.get(what, "rien de tel :")
        super().__init__(f"{none} '{identifier}'{french} / no {what} '{identifier}'{english}")


class Forbidden(InputError):
    """The actor may not do that."""

    def __init__(self, actor: str, act: str) -> None:
        self.actor = actor
        self.act = act
        super().__init__(f"{actor} n'en a pas le droit / {actor} may not {act}")


class SettingsError(VigieError):
    """The process can't start with this environment; every fault is in ``faults``."""

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("the settings have faults:\n" + "\n".join(f"  - {fault}" for fault in self.faults))


class BusIncomplete(VigieError):
    """Queues or exchanges are missing; ``vigie bus declare`` makes them."""


class NotReady(VigieError):
    """What is needed has not come yet; the same, tried again in a moment, may succeed."""


class LeaseLost(VigieError):
    """Another replica holds the lease by now: nothing of the transaction was written."""


class DatabaseOutdated(VigieError):
    """The database is not at the version of the code; ``vigie db upgrade`` mends that."""


class DeliveryError(VigieError):
    """An outside party did not take what we sent."""


class DeliveryDelayed(DeliveryError):
    """It did not take it now; a later try may succeed.

    Attributes:
        retry_after_s: how long the party asked us to wait, in seconds, if it said so.
    """

    def __init__(self, message: str, retry_after_s: float | None = None) -> None:
        self.retry_after_s = retry_after_s
        super().__init__(message)


class AccountRefused(DeliveryDelayed):
    """It takes nothing from us until our account is mended; another party may take it at once."""


class DeliveryRefused(DeliveryError):
    """It will never take it; another try would be refused too."""


class OptedOut(DeliveryRefused):
    """The recipient asked to be told no more this way."""


class DeliveryUncertain(DeliveryError):
    """It was sent, and no answer came: nobody knows whether it was taken."""


class DidNotEnd(VigieError):
    """What ran in a process of its own took too long, or broke."""
