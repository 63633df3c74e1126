"""All schedules, with what was fetched of the calendars that some are made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from services.notifier.domain.on_call.schedule import Plan, Schedule

_REMEMBERED: Final = 200


@dataclass(frozen=True)
class Roster:
    """The schedules by id. One whose calendar never came has nobody on call, unless its layers say somebody."""

    schedules: Mapping[str, Schedule] = field(default_factory=dict)
    # A batch of alerts is told at one moment: what was answered for it is asked again for each.
    _answered: dict[tuple[str, datetime], tuple[str, ...]] = field(
        init=False, default_factory=dict, repr=False, compare=False
    )

    def on_duty(self, schedule: str, moment: datetime) -> tuple[str, ...]:
        """Who is on call; nobody where there is no such schedule."""
        key = (schedule, moment)
        if key not in self._answered:
            if len(self._answered) >= _REMEMBERED:
                self._answered.clear()
            found = self.schedules.get(schedule)
            self._answered[key] = () if found is None else found.on_duty(moment)
        return self._answered[key]

    def ladder(self, schedule: str, moment: datetime) -> list[tuple[str, ...]]:
        """Whom to ask first, whom next: who is on call on each layer, from above; nobody where there is no schedule."""
        found = self.schedules.get(schedule)
        return [] if found is None else found.ladder(moment)

    def with_calendars(self, plans: Mapping[str, Plan]) -> Roster:
        """The same with the calendars that were fetched, by schedule."""
        known = {name: found.with_plan(plans[name]) for name, found in self.schedules.items() if name in plans}
        return replace(self, schedules={**self.schedules, **known})


NOBODY: Final = Roster()
"""No schedules at all."""
