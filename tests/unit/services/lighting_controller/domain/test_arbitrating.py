"""Which wish decides."""

from __future__ import annotations

from itertools import combinations, permutations

import pytest

from services.lighting_controller.domain.arbitrating import Loss, Source, Wish, decide
from shared.model.alerts import Criticality

ORDER = ["emergency", "operator", "vital-rule", "normal-rule", "comfort-rule", "calendar", "default"]


def wish(source: str, level: int = 50, by: str | None = None) -> Wish:
    return Wish(Source(source), level, by or source, "bank")


@pytest.mark.parametrize(("stronger", "weaker"), list(combinations(ORDER, 2)))
@pytest.mark.parametrize(("up", "down"), [(100, 0), (0, 100), (50, 50)])
def test_stronger_source_wins_whatever_the_levels(stronger: str, weaker: str, up: int, down: int) -> None:
    decision = decide([wish(weaker, down), wish(stronger, up)])
    assert decision.winner == wish(stronger, up)
    assert [(lost.wish, lost.why) for lost in decision.lost] == [(wish(weaker, down), Loss.OUTRANKED)]


@pytest.mark.parametrize("source", ORDER)
def test_among_equals_the_brighter_wins(source: str) -> None:
    decision = decide([wish(source, 40, "a"), wish(source, 60, "b")])
    assert decision.winner.by == "b"
    assert decision.lost[0].why is Loss.DIMMER


def test_equal_wishes_are_decided_by_name_and_said_to_be_the_same() -> None:
    decision = decide([wish("vital-rule", 60, "b"), wish("vital-rule", 60, "a")])
    assert decision.winner.by == "a"
    assert decision.lost[0].why is Loss.SAME


def test_order_of_asking_does_not_matter() -> None:
    wishes = [
        wish("calendar", 50),
        wish("normal-rule", 20, "n"),
        wish("vital-rule", 80, "v"),
        wish("vital-rule", 90, "w"),
    ]
    assert len({decide(order) for order in permutations(wishes)}) == 1


def test_nothing_wished_is_an_error() -> None:
    with pytest.raises(ValueError, match="no wish"):
        decide([])


@pytest.mark.parametrize("criticality", list(Criticality))
def test_every_criticality_is_a_source(criticality: Criticality) -> None:
    assert Source.of_rule(criticality).value == f"{criticality.value}-rule"
