"""Which wish decides."""

from __future__ import annotations

from itertools import combinations, permutations
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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


@pytest.mark.parametrize("three", list(combinations(ORDER, 3)))
@pytest.mark.parametrize("levels", list(permutations((0, 40, 100))))
def test_of_three_sources_the_strongest_wins_and_the_losers_are_told_in_order(
    three: tuple[str, str, str], levels: tuple[int, int, int]
) -> None:
    wishes = [wish(source, level) for source, level in zip(three, levels, strict=True)]
    decision = decide(reversed(wishes))
    assert decision.winner == wishes[0]
    assert [(lost.wish, lost.why) for lost in decision.lost] == [(other, Loss.OUTRANKED) for other in wishes[1:]]


WISHES = st.lists(
    st.builds(wish, st.sampled_from(ORDER), st.integers(0, 100), st.sampled_from("abcdef")), min_size=1, max_size=8
)


@settings(max_examples=200, deadline=None)
@given(wishes=WISHES, order=st.randoms(use_true_random=False))
def test_no_wish_is_stronger_than_the_winner_nor_as_strong_and_brighter(wishes: list[Wish], order: Random) -> None:
    shuffled = list(wishes)
    order.shuffle(shuffled)
    decision = decide(shuffled)
    assert decision == decide(wishes)
    place, level = ORDER.index(decision.winner.source), decision.winner.level
    assert all((ORDER.index(other.source), -other.level) >= (place, -level) for other in wishes)
    assert sorted([decision.winner, *(lost.wish for lost in decision.lost)], key=repr) == sorted(wishes, key=repr)
    for lost in decision.lost:
        equal = lost.wish.source == decision.winner.source
        assert (lost.why is Loss.OUTRANKED) != equal
        assert (lost.why is Loss.SAME) == (equal and lost.wish.level == level)


def test_nothing_wished_is_an_error() -> None:
    with pytest.raises(ValueError, match="no wish"):
        decide([])


@pytest.mark.parametrize("criticality", list(Criticality))
def test_every_criticality_is_a_source(criticality: Criticality) -> None:
    assert Source.of_rule(criticality).value == f"{criticality.value}-rule"
