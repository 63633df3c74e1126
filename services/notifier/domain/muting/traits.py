"""What matchers see of an alert."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from shared.model.alerts import AlertChanged, Criticality

LABEL: Final = "label."
"""Before the name of a label, where a property is named."""

PROPERTIES: Final = ("rule", "directorate", "criticality", "severity", "point", "area", "group", "site")
"""What a matcher, a group or an inhibition may name, besides labels."""


@dataclass(frozen=True, kw_only=True)
class Traits:
    """An alert as silences, inhibitions and groups see it.

    Attributes:
        severity: now.
        points: the point, or what the alert is about, and every point for which it holds.
        areas, groups: of its point, or the one it is about.
        teams: those that asked to be told at once.
    """

    alert: str
    rule: str
    directorate: str
    criticality: str
    severity: str
    points: tuple[str, ...]
    areas: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    site: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    teams: frozenset[str] = frozenset()

    @property
    def is_vital(self) -> bool:
        """Whether somebody may die if nobody is told."""
        return self.criticality == Criticality.VITAL.value

    @property
    def key(self) -> str:
        """The same for all episodes of one rule at one point."""
        return f"{self.rule}|{self.points[0]}"

    def values(self, name: str) -> tuple[str, ...]:
        """The values of a property, or of a label as ``label.NAME``; none if it has none."""
        if name.startswith(LABEL):
            found = self.labels.get(name.removeprefix(LABEL))
            return () if found is None else (found,)
        site = (self.site,) if self.site else ()
        several = {"point": self.points, "area": self.areas, "group": self.groups, "site": site}
        return several[name] if name in several else (str(getattr(self, name)),)


def traits_of(alert: AlertChanged) -> Traits:
    """The traits of an alert as it was told last."""
    return Traits(
        alert=alert.alert,
        rule=alert.rule,
        directorate=alert.owner,
        criticality=alert.criticality.value,
        severity=alert.severity,
        points=(alert.point, *(point for point in alert.points if point != alert.point)),
        areas=alert.areas,
        groups=alert.groups,
        site=alert.site,
        labels=alert.labels,
        teams=frozenset(request.team for request in alert.notify if request.digest is None),
    )
