"""Who does something: every use-case that changes something on someone's order takes one."""

from __future__ import annotations

from dataclasses import dataclass

from shared.errors import Forbidden


@dataclass(frozen=True)
class Actor:
    """A person or a part of the system.

    Attributes:
        id: as the audit shows it, e.g. ``system`` or ``operator:lucie``; never an address or a number.
        directorate: the one whose things it may change; None: all of them.
        emergency: it may light any part of the city in an emergency, whoever owns it.
    """

    id: str
    directorate: str | None = None
    emergency: bool = False

    def require(self, directorate: str, act: str) -> None:
        """Return if the actor may change things of that directorate.

        Raises:
            Forbidden: it may not.
        """
        if self.directorate not in (None, directorate):
            raise Forbidden(self.id, act)

    def require_emergency(self, act: str) -> None:
        """Return if the actor may do that in an emergency, whoever owns what it concerns.

        Raises:
            Forbidden: it may not.
        """
        if self.directorate is not None and not self.emergency:
            raise Forbidden(self.id, act)


SYSTEM = Actor("system")
