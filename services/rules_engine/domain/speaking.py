"""How inputs of conditions are said in French and in English; each input knows which of these phrases it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

if TYPE_CHECKING:
    from services.rules_engine.domain.inputs.members import Counted, Together
    from services.rules_engine.domain.inputs.windows import Aggregated, Window
    from services.rules_engine.domain.spans import Span

Language: TypeAlias = Literal["fr", "en"]


class Speaker(Protocol):
    """Says what inputs read, in one language."""

    def property(self, name: str) -> str:
        """The title of a property."""

    def aggregated(self, function: str, window: Window, percent: float) -> str:
        """One number of a window: ``la moyenne de ... sur 15 min``."""

    def difference(self, window: Window, *, per_hour: bool) -> str:
        """How much a property changed over a while."""

    def forecast(self, window: Window, horizon: Span) -> str:
        """What a property will come to."""

    def baseline(self, of: Aggregated, step: Span, span: Span) -> str:
        """What is usual for a window."""

    def before(self, name: str, gives: str) -> str:
        """The value before the newest, the change since, or whether there was one."""

    def last(self, name: str) -> str:
        """The last value, however old."""

    def age(self, name: str) -> str:
        """How old the newest observation is."""

    def absent(self, names: tuple[str, ...], span: Span) -> str:
        """Nothing was observed for a while; no names: nothing at all."""

    def unchanged(self, name: str, span: Span) -> str:
        """A property has not changed for a while."""

    def quality(self, name: str) -> str:
        """The quality of the newest observation."""

    def between(self, begin: str, end: str) -> str:
        """From one moment of the day to another."""

    def weekday(self, days: tuple[int, ...]) -> str:
        """On these days of the week; 0 is Monday."""

    def season(self, begin: tuple[int, int], end: tuple[int, int]) -> str:
        """From one day of the year (month, day) to another."""

    def holiday(self) -> str:
        """On a public holiday."""

    def counted(self, counted: Counted) -> str:
        """How many points, or what share, hold a condition."""

    def together(self, together: Together) -> str:
        """What the values of several points come to."""
