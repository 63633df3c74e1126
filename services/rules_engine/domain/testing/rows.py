"""The rows of a timeline: at each instant what was observed, what was compared, how the alert stood, what came."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from services.rules_engine.domain.coercion import Value
from services.rules_engine.domain.decision import Compared, Trace
from services.rules_engine.domain.durations import in_words
from services.rules_engine.domain.sample import Seen
from services.rules_engine.domain.terms import COMPOUND
from services.rules_engine.domain.testing.case import Case
from services.rules_engine.domain.testing.comparing import Failure
from services.rules_engine.domain.testing.moments import elapsed, shown
from services.rules_engine.domain.testing.running import Happened, Played, Standing
from services.rules_engine.domain.testing.wording import Wording, joined
from services.rules_engine.domain.truth import Truth
from shared.model.observations import Quality
from shared.model.registry import Text
from shared.units import display_unit, french

_SIGNS: Final = {">=": "≥", "<=": "≤", "==": "=", "===": "=", "!=": "≠", "!==": "≠"}
_DIGITS: Final = (4, 6, 9)
_MARKS: Final[Mapping[Truth, str]] = {True: "✓", False: "✗", None: "?"}

Series = tuple[str, str]
"""Point and property."""


@dataclass(frozen=True)
class Remark:
    """What came at an instant, or should have: ``wrong`` if it is a failure."""

    said: Text
    wrong: bool = False


@dataclass(frozen=True)
class Row:
    """An instant.

    Attributes:
        after: since the beginning of the test.
        observed: by series, as people read it.
        compared: the comparisons of the condition that decides.
    """

    clock: str
    after: str
    observed: Mapping[Series, str]
    compared: str
    truth: Truth
    state: str
    remarks: tuple[Remark, ...] = ()

    def resembles(self, other: Row) -> bool:
        """Whether nothing was decided between the two."""
        return (self.truth, self.state) == (other.truth, other.state) and not self.remarks and not other.remarks


def rows(case: Case, played: Played, failures: Sequence[Failure], subject: str) -> Iterator[Row]:
    """One row for each instant that was looked at."""
    observed = _observed(case)
    remarks = _remarks(case, played, failures, subject)
    decided = {each.at: each.trace for each in played.happened if each.subject == subject}
    for standing in played.standings[subject]:
        # Where it fires or ends, what made it: the condition that decides from then on is another.
        trace = decided.get(standing.at) or standing.trace
        yield Row(
            clock=shown(standing.at, case.begin, case.zone),
            after=elapsed(case.begin, standing.at, case.zone),
            observed=observed.get(standing.at, {}),
            compared=_compared(trace),
            truth=trace.truth,
            state=_state(standing),
            remarks=tuple(remarks.get(standing.at, ())),
        )


def _observed(case: Case) -> Mapping[datetime, Mapping[Series, str]]:
    found: dict[datetime, dict[Series, str]] = defaultdict(dict)
    kinds = {kind.id: kind for kind in case.city.kinds}
    units = {
        (point.id, name): (known.unit, known.accuracy)
        for point in case.city.points
        for name, known in kinds[point.kind].properties.items()
    }
    for seen in case.observations:
        series = (seen.point, seen.name)
        found[seen.moment][series] = _value(case, seen, *units[series])
    return found


def _value(case: Case, seen: Seen, unit: str, accuracy: float) -> str:
    text = french(seen.sample.value, unit, accuracy)
    if seen.sample.quality is not Quality.GOOD:
        text += f" {seen.sample.quality}"
    return text if seen.arrives is None else f"{text} ({shown(seen.sample.time, case.begin, case.zone)})"


def _state(standing: Standing) -> str:
    return standing.phase.value if standing.severity is None else f"{standing.phase} {standing.severity}"


def _compared(trace: Trace) -> str:
    marked = len(trace.compared) > 1
    return "  ".join(_comparison(each) + (f" {_MARKS[each.truth]}" if marked else "") for each in trace.compared)


def _comparison(compared: Compared) -> str:
    """``1,90 m > 1,80 m``."""
    name = compared.call.operator.names[0]
    units = [part.type.unit for part in compared.call.arguments]
    if name == "between":
        # All three have one unit, which is said once for the bounds.
        units[1] = None
    digits = _digits(compared.values)
    values = [_number(value, unit, digits) for value, unit in zip(compared.values, units, strict=True)]
    sign = _SIGNS.get(name, name)
    return f"{values[0]} in {values[1]}..{values[2]}" if name == "between" else f" {sign} ".join(values)


def _digits(values: Sequence[Value]) -> int:
    """So few that they are easily read, and enough that numbers that differ look different."""
    numbers = {float(value) for value in values if isinstance(value, int | float)}
    return next((few for few in _DIGITS if len({_text(each, few) for each in numbers}) == len(numbers)), _DIGITS[-1])


def _text(number: float, digits: int) -> str:
    short = f"{number:.{digits}g}"
    return f"{number:.0f}" if "e+" in short else short


def _number(value: Value, unit: str | None, digits: int) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "?"
    if not isinstance(value, int | float):
        return str(value)
    if unit == "s":
        return in_words(timedelta(seconds=round(value)))
    shown_unit = display_unit(unit) if unit not in (None, COMPOUND) else ""
    return f"{_text(value, digits)} {shown_unit}".replace(".", ",").strip()


def _remarks(
    case: Case, played: Played, failures: Sequence[Failure], subject: str
) -> Mapping[datetime, Sequence[Remark]]:
    found: dict[datetime, list[Remark]] = defaultdict(list)
    wording = Wording(case)
    surplus = [_same(failure.surplus) for failure in failures if failure.surplus is not None]
    for happened in played.happened:
        if happened.subject == subject:
            found[happened.at].append(_came(wording, happened, surplus=_same(happened) in surplus))
    for failure in failures:
        if failure.at is not None and failure.brief is not None and failure.subject in (None, subject):
            found[failure.at].append(Remark(failure.brief, wrong=True))
    return found


def _same(happened: Happened) -> tuple[datetime, str, str]:
    """What names an event in each playing of a test."""
    return happened.at, happened.change, happened.subject


def _came(wording: Wording, happened: Happened, *, surplus: bool) -> Remark:
    said = wording.happened(happened)
    return Remark(joined(said, Text(" : inattendu", ": not expected")) if surplus else said, wrong=surplus)
