"""How inputs of conditions are said in French and in English; each input knows which of these phrases it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

if TYPE_CHECKING:
    from services.rules_engine.domain.inputs.calendar import Mark
    from services.rules_engine.domain.inputs.members import Counted, Together
    from services.rules_engine.domain.inputs.windows import Aggregated, Window
    from services.rules_engine.domain.spans import Span

Language: TypeAlias = Literal["fr", "en"]


@dataclass(frozen=True)
class Phrase:
    """Words for a value (``la hauteur``) or for what holds or doesn't (``la hauteur dépasse 2 m``).

    Attributes:
        feminine, plural: of what is named; words beside it agree with it, in languages where they do.
        subject: the value that it begins with, if it is a clause about one.
        aside: what is said before it, between commas: ``pour au moins trois d'entre elles``.
        parts: of how many clauses it is joined.
    """

    text: str
    feminine: bool = False
    plural: bool = False
    subject: str = ""
    aside: str = ""
    parts: int = 1


class Speaker(Protocol):
    """Says what inputs read, in one language. What is true or not is said as a clause, all else as a value."""

    def property(self, name: str) -> Phrase:
        """A property by its title."""

    def aggregated(self, function: str, window: Window, percent: float) -> Phrase:
        """One number of a window: ``la moyenne de ... sur 15 minutes``."""

    def difference(self, window: Window, *, per_hour: bool) -> Phrase:
        """How much a property changed over a while."""

    def forecast(self, window: Window, horizon: Span) -> Phrase:
        """What a property will come to."""

    def baseline(self, of: Aggregated, step: Span, span: Span) -> Phrase:
        """What is usual for a window."""

    def before(self, name: str, gives: str) -> Phrase:
        """The value before the newest, the change since, or whether there was one."""

    def last(self, name: str) -> Phrase:
        """The last value, however old."""

    def age(self, name: str) -> Phrase:
        """How old the newest observation is."""

    def absent(self, names: tuple[str, ...], span: Span) -> Phrase:
        """Nothing was observed for a while; no names: nothing at all."""

    def unchanged(self, name: str, span: Span) -> Phrase:
        """A property has not changed for a while."""

    def quality(self, name: str) -> Phrase:
        """The quality of the newest observation."""

    def between(self, begin: Mark, end: Mark) -> Phrase:
        """From one moment of the day to another."""

    def weekday(self, days: tuple[int, ...]) -> Phrase:
        """On these days of the week; 0 is Monday."""

    def season(self, begin: tuple[int, int], end: tuple[int, int]) -> Phrase:
        """From one day of the year (month, day) to another."""

    def holiday(self) -> Phrase:
        """On a public holiday."""

    def counted(self, counted: Counted) -> Phrase:
        """How many points, or what share, hold a condition."""

    def together(self, together: Together) -> Phrase:
        """What the values of several points come to."""
