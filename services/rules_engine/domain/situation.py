"""What a step of one level of a rule looks at, and what it means for its alert."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.rules_engine.domain.alert import Hold
from services.rules_engine.domain.decision import Compiled
from services.rules_engine.domain.preparing import CompiledLevel, CompiledRule
from services.rules_engine.domain.rule import WhenUnknown
from services.rules_engine.domain.scene import Scene
from services.rules_engine.domain.truth import Truth, negation


class Verdict(StrEnum):
    """What the truth of a condition means for an alert, given what the rule does on unknown and when it is active."""

    RAISE = "raise"
    CLEAR = "clear"
    GIVE_UP = "give-up"
    OUTSIDE = "outside"
    STAY = "stay"


@dataclass(frozen=True)
class Situation:
    """All that a step looks at.

    Attributes:
        scene: its ``at`` is the event time of the step, not before what is remembered.
        fresh: an observation brought it about, or the end of a period; not the clock alone.
        clock: now; of a period it is later than the scene's.
        allowed_at: the rule may not alert again before; None: it may.
    """

    rule: CompiledRule
    level: CompiledLevel
    hold: Hold
    scene: Scene
    fresh: bool
    clock: datetime
    allowed_at: datetime | None = None

    @property
    def at(self) -> datetime:
        return self.scene.at

    @property
    def is_for_periods(self) -> bool:
        return self.rule.rule.every is not None

    @property
    def deciding(self) -> Compiled:
        """``until`` while it fires, if there is one, else ``when``."""
        until = self.level.until
        return until if self.hold.fires and until is not None else self.level.when

    @property
    def when_unknown(self) -> WhenUnknown:
        return self.rule.rule.when_unknown

    def truth(self, scene: Scene) -> Truth:
        """Whether it fires or ends, as the deciding condition has it."""
        truth = self.deciding.decide_in(scene)
        return negation(truth) if self.hold.fires and self.level.until is None else truth

    def is_outside(self, scene: Scene) -> bool:
        """Whether the rule is not in force."""
        return self.rule.active is not None and self.rule.active.decide_in(scene) is False

    def verdict(self, scene: Scene) -> Verdict:
        """What the values mean at the moment of a scene."""
        outside = self.is_outside(scene)
        if not self.hold.fires:
            truth = None if outside else self.truth(scene)
            alarms = truth is None and not outside and self.when_unknown is WhenUnknown.ALERT and self._watched(scene)
            return Verdict.RAISE if truth or alarms else Verdict.STAY
        if outside:
            return Verdict.OUTSIDE
        truth = self.truth(scene)
        if truth is None and self.when_unknown is WhenUnknown.RESOLVE:
            return Verdict.GIVE_UP
        return Verdict.CLEAR if truth else Verdict.STAY

    def _watched(self, scene: Scene) -> bool:
        """Whether it was watched in any of the period that is decided."""
        return not self.is_for_periods or scene.since is None or scene.since < scene.at
