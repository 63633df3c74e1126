"""Rules of all sorts that the language knows, over the stations of the playground's valley."""

from __future__ import annotations

from typing import Final

_EACH: Final = "for_each: {kind: water-level}"
_VALLEY: Final = "across: {kind: water-level, by: area}"
_ALL: Final = "across: {kind: water-level}"
_TOLD: Final = "severity: red\n  THEN"
_LIT: Final = "severity: orange\n  LIT"


def _when(condition: str, *more: str, each: str = _EACH, then: str = _TOLD) -> str:
    return "\n  ".join((each, f"when: {condition}", *more, then))


def _levels(*levels: str, more: tuple[str, ...] = ()) -> str:
    severities = ("yellow", "orange", "red")
    listed = (f"- {{severity: {name}, {each}, THEN}}" for name, each in zip(severities, levels, strict=False))
    return "\n  ".join((_EACH, "levels:", *(f"  {each}" for each in listed), *more))


_HIGH: Final = "{above: [level, 2 m]}"
_MANY_HIGH: Final = "{at_least: [{how_many: {above: [level, 2 m]}}, 2]}"
_SILENT: Final = "{absent_for: [level, 75 min]}"

OTHER: Final = _when("{above: [level, 3 m]}")
"""The one to which those give way that give way: at their own point or to a point from a group, never at other points.

Where an alert ends at one point and begins at another in the same instant, and their partitions are held by two
replicas, it is open whom somebody who gives way at both sees first.
"""

RULES: Final = {
    "plain": _when(_HIGH, then=_LIT),
    "holds": _when(_HIGH, "for: 20 min", "until: {below: [level, 1.5 m]}", "until_for: 10 min", then=_LIT),
    "counts": _when(_HIGH, "for: 2 times", "until_for: 3 times"),
    "mean": _when("{above: [{avg_over: [level, 1 h, 20 %]}, 2 m]}", "for: 15 min"),
    "strict-mean": _when("{above: [{avg_over: [level, 1 h]}, 2 m]}", "when_unknown: resolve"),
    "events": _when("{above: [{max_over: [level, 90 min, 0 %]}, 2 m]}"),
    "many-events": _when("{at_least: [{count_over: [level, 2 h, 0 %]}, 6]}", "for: 5 min"),
    "rise": _when("{above: [{rate_over: [level, 30 min]}, 0.5 m/h]}"),
    "week": _when("{above: [{percentile_over: [level, 90, 7 d, 0 %]}, 2 m]}"),
    "usual": _when("{above: [level, {baseline: [{avg_over: [level, 30 min, 20 %]}, 2 h, 6 h, 1]}]}"),
    "forecast": _when("{above: [{forecast: [level, 1 h, 2 h, 20 %]}, 3 m]}"),
    "changed": _when("{changed: level}"),
    "unchanged": _when("{unchanged_for: [level, 40 min]}", "for: 10 min"),
    "silent": _when(_SILENT, "for: 10 min", then=_LIT),
    "old": _when("{above: [{age: level}, 50 min]}"),
    "doubtful": _when("{equals: [{quality: level}, suspect]}", "for: 2 times"),
    "unknown": _when(_HIGH, "when_unknown: alert", "for: 10 min"),
    "hours": _when(_HIGH, "active: {time_between: ['15:00', '18:00']}", then=_LIT),
    "dusk": _when("{and: [{above: [level, 1.5 m]}, {sun_between: [sunset, sunrise]}]}"),
    "rarely": _when(_HIGH, "once_per: 2 h"),
    "nightly": _when(_HIGH, "once_per: night", "until_for: 10 min"),
    "periods": _when("{above: [{max_over: [level, 30 min, 0 %]}, 2 m]}", "every: 30 min", "for: 2 times", then=_LIT),
    "hourly": _when("{above: [{avg_over: [level, 1 h, 20 %]}, 1.5 m]}", "every: 1 h", "once_per: 3 h"),
    "yields": _when(_HIGH, "unless: other"),
    "yields-late": _when(_HIGH, "for: 7 min", "unless: {rule: other, at: point}"),
    "ladder": _levels("when: {at_least: [level, 1.5 m]}, for: 10 min", f"when: {_HIGH}", "when: {above: [level, 3 m]}"),
    "slow-ladder": _levels(f"when: {_HIGH}, for: 2 times", "when: {above: [level, 3 m]}", more=("once_per: 4 h",)),
    "valley": _when(_MANY_HIGH, "for: 10 min", each=_VALLEY, then=_LIT),
    "network": _when("{at_least: [{share_of: {absent_for: [level, 75 min]}}, 50 %]}", each=_ALL),
    "highest": _when("{above: [{max_of: {value: {max_over: [level, 1 h, 0 %]}}}, 2 m]}", each=_ALL),
    "exactly": _when("{equals: [{how_many: {above: [level, 2 m]}}, 1]}", "until_for: 10 min", each=_VALLEY),
    "valley-periods": _when(_MANY_HIGH, "every: 30 min", each=_VALLEY),
    "valley-yields": _when(_MANY_HIGH, "for: 13 min", "unless: {rule: other, at: area}", each=_VALLEY),
    "neighbours": _when("{above: [{how_many: {above: [level, 2 m]}}, 0]}", then=_LIT),
    "silent-alone": _when(_SILENT, "unless: {rule: network, at: anywhere}"),
}
