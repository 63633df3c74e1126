"""Where an alert that is told at once has its place: an incident of its own, or one that it shares, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from services.notifier.domain.incidents.grouping import own_incident
from services.notifier.domain.incidents.incident import derived_id
from services.notifier.domain.muting.muting_plan import Grouping, MutingPlan, Storm
from services.notifier.domain.muting.traits import LABEL, Traits, traits_of
from shared.model.alerts import AlertChanged

DEDUP = f"{LABEL}dedup"
"""The label with which a rule's author says that alerts are one."""


class Sort(StrEnum):
    """Why alerts share an incident."""

    DEDUP = "dedup"
    GROUP = "group"
    STORM = "storm"


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """An incident that alerts share.

    Attributes:
        key: what they have in common.
        joined_at: when the last one came, UTC.
        due_at: nothing more is told of it before, UTC.
    """

    key: str
    incident: str
    title: str
    sort: Sort
    interval_s: int
    joined_at: datetime
    due_at: datetime

    def told(self, now: datetime) -> Bundle:
        """A notice of it was made."""
        return replace(self, due_at=now + timedelta(seconds=self.interval_s))


@dataclass(frozen=True, kw_only=True)
class Flapping:
    """A rule at a point whose alert comes and goes. ``due_at``: when it has been calm for long enough, UTC."""

    key: str
    incident: str
    since: datetime
    due_at: datetime


@dataclass(frozen=True)
class Home:
    """The place of an alert.

    Attributes:
        bundle: shared with others; None: the incident is its own, or that of a flapping alert.
        flapping: its rule and point flap.
        begins: it is the one with which the flapping is told.
    """

    incident: str
    bundle: Bundle | None = None
    flapping: Flapping | None = None
    begins: bool = False


def keys_of(alert: AlertChanged, plan: MutingPlan) -> tuple[str, ...]:
    """The keys of the bundles that it might join."""
    traits = traits_of(alert)
    grouped = (grouping.key(traits) for grouping in plan.groupings)
    return tuple(key for key in (_dedup_key(traits), *grouped, _storm_key(traits)) if key is not None)


class Homes:
    """Gives the alerts of a batch their places, in the order in which they came.

    Args:
        bundles: by key, those whose incident is open.
        flapping: by rule and point.
        episodes: how many ended lately, by rule and point.
        taken: how many alerts came lately, by rule.
    """

    def __init__(
        self,
        plan: MutingPlan,
        now: datetime,
        bundles: Mapping[str, Bundle],
        flapping: Mapping[str, Flapping],
        episodes: Mapping[str, int],
        taken: Mapping[str, int],
    ) -> None:
        self._plan = plan
        self._now = now
        self.bundles = dict(bundles)
        self.flapping = dict(flapping)
        self.episodes = Counter(episodes)
        self._taken = Counter(taken)

    def of(self, alert: AlertChanged) -> Home:
        """The place of one that begins to fire."""
        traits = traits_of(alert)
        self._taken[alert.rule] += 1
        return self._flapping(traits) or self._shared(traits, alert) or Home(own_incident(alert.alert))

    def ended(self, alert: AlertChanged) -> None:
        """An alert is resolved. What flaps must be calm again from now on."""
        key = traits_of(alert).key
        self.episodes[key] += 1
        self._still_flaps(key)

    def _flapping(self, traits: Traits) -> Home | None:
        flap = self._plan.flap
        if flap is None or (traits.is_vital and not flap.including_vital):
            return None
        if (known := self._still_flaps(traits.key)) is not None:
            return Home(known.incident, flapping=known)
        if self.episodes[traits.key] < flap.episodes:
            return None
        incident = own_incident(traits.alert)
        begun = Flapping(key=traits.key, incident=incident, since=self._now, due_at=self._now + flap.within)
        self.flapping[traits.key] = begun
        return Home(incident, flapping=begun, begins=True)

    def _still_flaps(self, key: str) -> Flapping | None:
        known = self.flapping.get(key)
        if known is None or self._plan.flap is None:
            return None
        self.flapping[key] = replace(known, due_at=self._now + self._plan.flap.within)
        return self.flapping[key]

    def _shared(self, traits: Traits, alert: AlertChanged) -> Home | None:
        key = _dedup_key(traits)
        if key is not None:
            return self._join(key, Sort.DEDUP, traits, f"{alert.rule_title} – {alert.point_title}")
        for grouping in self._plan.groupings:
            if (key := grouping.key(traits)) is not None:
                return self._join(key, Sort.GROUP, traits, f"{alert.rule_title} – plusieurs lieux", grouping)
        return self._storm(traits, alert)

    def _storm(self, traits: Traits, alert: AlertChanged) -> Home | None:
        storm, key = self._plan.storm, _storm_key(traits)
        if storm is None or traits.is_vital:
            return None
        known = self.bundles.get(key)
        goes_on = known is not None and self._now - known.joined_at < storm.calm
        if not goes_on and self._taken[alert.rule] <= storm.alerts:
            return None
        if not goes_on:
            self.bundles.pop(key, None)
        return self._join(key, Sort.STORM, traits, f"{alert.rule_title} – autres lieux", storm)

    def _join(self, key: str, sort: Sort, traits: Traits, title: str, times: Grouping | Storm | None = None) -> Home:
        known = self.bundles.get(key) or Bundle(
            key=key,
            incident=derived_id("bundle", key, traits.alert),
            title=title,
            sort=sort,
            interval_s=0 if times is None else int(times.interval.total_seconds()),
            joined_at=self._now,
            due_at=self._now if times is None else self._now + times.wait,
        )
        self.bundles[key] = joined = replace(known, joined_at=self._now)
        return Home(joined.incident, joined)


def _dedup_key(traits: Traits) -> str | None:
    written = traits.values(DEDUP)
    return f"dedup|{traits.directorate}|{written[0]}" if written and written[0] else None


def _storm_key(traits: Traits) -> str:
    return f"storm|{traits.rule}"
