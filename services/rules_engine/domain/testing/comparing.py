"""Compares what came of a test with what was expected; every difference is one failure, said in a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from services.rules_engine.domain.rule import Place
from services.rules_engine.domain.testing.case import Case, ExpectedChange, ExpectedState
from services.rules_engine.domain.testing.details import differences, standing_differences
from services.rules_engine.domain.testing.running import Happened, Played
from services.rules_engine.domain.testing.wording import Wording, joined
from shared.model.registry import Text


@dataclass(frozen=True)
class Failure:
    """One difference.

    Attributes:
        said: as a sentence.
        brief: the same beside its instant in the timeline; None: what came speaks for itself there.
        place: where it was expected.
        subject: what it is about; None: nobody knows, for nothing came.
        at: where it belongs in the timeline, UTC.
        surplus: what came without being expected.
    """

    said: Text
    place: Place = field(repr=False, compare=False)
    brief: Text | None = None
    subject: str | None = None
    at: datetime | None = None
    surplus: Happened | None = field(default=None, repr=False, compare=False)


def compare(case: Case, played: Played) -> tuple[Failure, ...]:
    """Every difference, in the order of time."""
    found = [*_idle(case, played), *_Comparison(case, played).failures()]
    return tuple(sorted(found, key=lambda failure: failure.at or case.begin))


def _idle(case: Case, played: Played) -> Iterator[Failure]:
    """Points at which the rule reads nothing: such a test would pass whatever the rule says."""
    if not played.subjects:
        said = Text("la règle ne surveille aucun point de ce test", "the rule watches no point of this test")
        yield Failure(said, case.place.at("given"))
    for point in played.unread if played.subjects else ():
        said = Text(f"la règle ne lit rien au point {point}", f"the rule reads nothing at the point {point}")
        yield Failure(said, case.place.at("given"))


class _Comparison:
    def __init__(self, case: Case, played: Played) -> None:
        self._case = case
        self._played = played
        self._wording = Wording(case)

    def failures(self) -> Iterator[Failure]:
        yield from self._changes()
        for wanted in self._case.states:
            yield from self._state(wanted)

    def _changes(self) -> Iterator[Failure]:
        left = list(self._played.happened)
        missing: list[ExpectedChange] = []
        for wanted in self._case.changes:
            found = _nearest(wanted, (each for each in left if abs(each.at - wanted.at) <= wanted.within))
            if found is None:
                missing.append(wanted)
                continue
            left.remove(found)
            yield from (self._otherwise(wanted, found, said) for said in differences(wanted, found))
        for wanted in missing:
            found = _nearest(wanted, left)
            if found is not None:
                left.remove(found)
            yield self._missed(wanted, found)
        yield from map(self._unexpected, left)

    def _otherwise(self, wanted: ExpectedChange, found: Happened, said: Text) -> Failure:
        whole = joined(self._wording.moment(found.at), ", ", self._wording.expected(wanted), ", ", said)
        return Failure(whole, wanted.place, said, found.subject, found.at)

    def _missed(self, wanted: ExpectedChange, found: Happened | None) -> Failure:
        what, at = self._wording.expected(wanted), self._wording.moment(wanted.at)
        came = Text(" : n'est pas venu", ": did not come")
        if found is not None:
            came = joined(Text(" : venu à ", ": came at "), self._wording.moment(found.at))
        said = joined(what, Text(" attendu à ", " expected at "), at, came)
        brief = joined(Text("attendu : ", "expected: "), what)
        return Failure(said, wanted.place, brief, wanted.about if found is None else found.subject, wanted.at)

    def _unexpected(self, surplus: Happened) -> Failure:
        what = joined(self._wording.moment(surplus.at), ", ", self._wording.happened(surplus))
        said = joined(what, Text(" : inattendu", ": not expected"))
        return Failure(said, self._case.place.at("expect"), None, surplus.subject, surplus.at, surplus)

    def _state(self, wanted: ExpectedState) -> Iterator[Failure]:
        for subject in self._played.subjects if wanted.about is None else (wanted.about,):
            found = next((each for each in self._played.standings.get(subject, ()) if each.at == wanted.at), None)
            if found is None:
                said = Text(f"il n'y a pas de {subject} dans ce test", f"there is no {subject} in this test")
                yield Failure(said, wanted.place)
                continue
            for said in standing_differences(wanted, found):
                yield Failure(
                    joined(self._wording.moment(wanted.at), ", ", said), wanted.place, said, subject, wanted.at
                )


def _nearest(wanted: ExpectedChange, happened: Iterable[Happened]) -> Happened | None:
    """Of what happened the likeliest that is meant: the same thing, nearest in time."""
    alike = [each for each in happened if each.change is wanted.change and wanted.about in (None, each.subject)]
    return min(alike, key=lambda each: abs(each.at - wanted.at), default=None)
