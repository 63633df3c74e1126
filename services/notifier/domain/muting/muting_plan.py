"""What ``rules/notifier/muting.yaml`` says: who hushes whom, which alerts are told together, what a storm is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from services.notifier.domain.incidents.inhibition import Inhibition
from services.notifier.domain.muting.matching import Matcher, all_match
from services.notifier.domain.muting.traits import Traits


@dataclass(frozen=True, kw_only=True)
class Grouping:
    """Alerts that are one incident.

    Attributes:
        match: which alerts; all of them, where it is empty.
        by: what those of one incident have in common.
        wait: how long the first of a group waits for others.
        interval: how long those that come later wait, after a notice, for the next one.
    """

    id: str
    match: tuple[Matcher, ...]
    by: tuple[str, ...]
    wait: timedelta
    interval: timedelta

    def key(self, traits: Traits) -> str | None:
        """The same for alerts of one group; None: the alert is in none of these."""
        values = [",".join(traits.values(name)) for name in self.by]
        if not all(values) or not all_match(self.match, traits):
            return None
        return "|".join(("group", self.id, *values))


@dataclass(frozen=True, kw_only=True)
class Storm:
    """So many alerts of one rule that nobody can read them one by one.

    Attributes:
        alerts: of one rule, that are told one by one within ``within``; further ones share an incident.
        wait, interval: as for a group. Its first notice goes over all media, the later ones by mail.
        calm: a storm is over when nothing joined it for so long.
    """

    alerts: int = 19
    within: timedelta = timedelta(minutes=1)
    wait: timedelta = timedelta(seconds=30)
    interval: timedelta = timedelta(minutes=10)
    calm: timedelta = timedelta(minutes=10)


@dataclass(frozen=True, kw_only=True)
class Flap:
    """When an alert that comes and goes is said to flap.

    Attributes:
        episodes: of one rule at one point, that ended within ``within``; the next one flaps.
        within: also how long it must be calm.
    """

    episodes: int = 6
    within: timedelta = timedelta(hours=1)
    including_vital: bool = False


@dataclass(frozen=True, kw_only=True)
class MutingPlan:
    """The whole file; what stands in none is here. ``storm`` or ``flap`` None: switched off."""

    inhibitions: tuple[Inhibition, ...] = ()
    groupings: tuple[Grouping, ...] = ()
    storm: Storm | None = Storm()
    flap: Flap | None = Flap()


DEFAULT: Final = MutingPlan()
"""Without the file."""
