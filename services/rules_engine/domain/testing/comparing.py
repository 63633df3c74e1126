"""Compares what came of a test with what was expected; every difference is one failure, said in a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from services.rules_engine.domain.rule import Place
from services.rules_engine.domain.testing.case import Case, Expected, ExpectedChange, ExpectedState
from services.rules_engine.domain.testing.details import differences
from services.rules_engine.domain.testing.running import Happened, Played, Standing
from services.rules_engine.domain.testing.wording import Wording, joined
from shared.model.registry import Text


@dataclass(frozen=True)
class Failure:
    """One difference.

    Attributes:
        said: as a sentence.
        subject: what it is about; None: that is not known, for nothing came.
        at: where it shows in the timeline, UTC.
        wanted: what was expected then; None: nothing was.
    """

    said: Text
    place: Place = field(repr=False, compare=False)
    subject: str | None = None
    at: datetime | None = None
    wanted: Expected | None = None


def compare(case: Case, played: Played) -> tuple[Failure, ...]:
    """Every difference, in the order of time."""
    found = [*_unread(case, played), *_changes(case, played), *_states(case, played)]
    return tuple(sorted(found, key=lambda failure: failure.at or case.begin))


def _unread(case: Case, played: Played) -> Iterator[Failure]:
    if not played.subjects:
        said = Text("la règle ne surveille aucun point de ce test", "the rule watches no point of this test")
        yield Failure(said, case.place)
        return
    for point in played.unread:
        said = Text(f"la règle ne lit rien au point {point}", f"the rule reads nothing at the point {point}")
        yield Failure(said, case.place.below("given"))


def _changes(case: Case, played: Played) -> Iterator[Failure]:
    wording = Wording(case)
    left = list(played.happened)
    missing: list[ExpectedChange] = []
    for wanted in case.changes:
        found = _nearest(wanted, (each for each in left if _in_time(wanted, each)))
        if found is None:
            missing.append(wanted)
            continue
        left.remove(found)
        for said in differences(wanted, found):
            moment = wording.moment(found.at)
            yield Failure(joined(moment, " : ", wording.change(wanted.change), ", ", said), wanted.place, found.subject,
                          found.at, wanted)  # fmt: skip
    for wanted in missing:
        found = _nearest(wanted, left)
        if found is not None:
            left.remove(found)
        yield _missed(wording, wanted, found)
    for surplus in left:
        yield _unexpected(wording, case, surplus)


def _nearest(wanted: ExpectedChange, happened: Iterable[Happened]) -> Happened | None:
    """Of what happened the likeliest that is meant: the same thing, nearest in time."""
    alike = [each for each in happened if _alike(wanted, each)]
    return min(alike, key=lambda each: abs(each.at - wanted.at), default=None)


def _alike(wanted: ExpectedChange, happened: Happened) -> bool:
    same = happened.told is None if wanted.change is None else wanted.change is happened.change
    return same and wanted.about in (None, happened.subject)


def _in_time(wanted: ExpectedChange, happened: Happened) -> bool:
    return abs(happened.at - wanted.at) <= wanted.within


def _missed(wording: Wording, wanted: ExpectedChange, found: Happened | None) -> Failure:
    said = joined(wording.expected(wanted), Text(" attendu à ", " expected at "), wording.moment(wanted.at))
    if found is None:
        said = joined(said, Text(" : n'est pas venu", ": did not come"))
        return Failure(said, wanted.place, wanted.about, wanted.at, wanted)
    said = joined(said, Text(" : venu à ", ": came at "), wording.moment(found.at))
    return Failure(said, wanted.place, found.subject, wanted.at, wanted)


def _unexpected(wording: Wording, case: Case, surplus: Happened) -> Failure:
    said = joined(wording.moment(surplus.at), " : ", wording.happened(surplus), Text(", inattendu", ", not expected"))
    return Failure(said, case.place.below("expect"), surplus.subject, surplus.at)


def _states(case: Case, played: Played) -> Iterator[Failure]:
    wording = Wording(case)
    for wanted in case.states:
        subjects = played.subjects if wanted.about is None else (wanted.about,)
        for subject in subjects:
            standing = _standing(played.standings, subject, wanted.at)
            if standing is None:
                said = Text(f"il n'y a pas de {subject} dans ce test", f"there is no {subject} in this test")
                yield Failure(said, wanted.place, None, wanted.at, wanted)
                continue
            for said in _standing_differences(wanted, standing):
                yield Failure(joined(wording.moment(wanted.at), " : ", said), wanted.place, subject, wanted.at, wanted)


def _standing(standings: Mapping[str, Sequence[Standing]], subject: str, at: datetime) -> Standing | None:
    return next((each for each in standings.get(subject, ()) if each.at == at), None)


def _standing_differences(wanted: ExpectedState, standing: Standing) -> Iterator[Text]:
    pairs = [
        ("state", wanted.phase, standing.phase, wanted.phase is not None),
        ("severity", wanted.severity, standing.severity, wanted.severity is not None),
        ("truth", _said(wanted.truth), _said(standing.trace.truth), wanted.asked),
    ]
    for name, expected, found, asked in pairs:
        if asked and expected != found:
            yield Text(f"{name} {expected} attendu, {found} trouvé", f"{name} {expected} expected, {found} found")


def _said(truth: bool | None) -> str:
    return "unknown" if truth is None else str(truth).lower()
