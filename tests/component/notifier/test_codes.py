"""A code means one incident while that is open and for a week after; one of long ago is explained."""

from __future__ import annotations

import itertools
from collections import defaultdict
from typing import Any

import pytest

from services.notifier.domain.codes import code_of
from services.notifier.domain.escalation.escalation import NO_POLICIES
from services.notifier.domain.escalation.reply import Inbound
from services.notifier.domain.escalation.replying import Meaning
from services.notifier.domain.incidents.acknowledging import Outcome
from services.notifier.domain.incidents.grouping import own_incident
from services.notifier.use_cases import show
from services.notifier.use_cases.acknowledge import Acknowledging
from services.notifier.use_cases.take_alerts import take_alerts
from services.notifier.use_cases.take_reply import Answer, take_reply
from shared.model.alerts import NotifyRequest
from tests.component.notifier.playing import Play

CAMILLE = "+33639980101"
DAY = 86_400
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def twins() -> tuple[str, str]:
    """Two alerts whose incidents would have the same code."""
    found: dict[str, list[str]] = defaultdict(list)
    for number in range(100_000):
        same = found[code_of(own_incident(f"alert-{number}"))]
        same.append(f"alert-{number}")
        if len(same) == 2:
            return same[0], same[1]
    raise AssertionError


def codes(play: Play) -> dict[str, str]:
    return {item["title"].rpartition(" ")[2]: item["code"] for item in show.incidents(play.database, 50)}


def say(play: Play, text: str) -> Answer:
    means = Acknowledging(play.composer, NO_POLICIES)
    return take_reply(
        play.database, means, Inbound(reference=f"SM{next(_numbers)}", number=CAMILLE, text=text), play.now
    )


def taken(play: Play) -> set[str]:
    return {item["title"].rpartition(" ")[2] for item in show.incidents(play.database, 50) if item["acknowledged_by"]}


@pytest.mark.parametrize("together", [True, False], ids=["in-one-batch", "one-after-the-other"])
def test_two_that_are_open_never_share_a_code(play: Play, twins: tuple[str, str], together: bool) -> None:
    first, second = map(play.fires, twins)
    for batch in [(first, second)] if together else [(first,), (second,)]:
        play.take(*batch)
    found = codes(play)
    assert len(set(found.values())) == 2
    assert code_of(own_incident(twins[0])) in found.values()
    assert say(play.at(1), found[twins[1]]).meaning is Meaning.ACKNOWLEDGE
    assert taken(play) == {twins[1]}


def test_a_code_stays_when_its_alert_comes_again_after_a_kill(
    play: Play, twins: tuple[str, str], received: Any
) -> None:
    first, second = map(play.fires, twins)
    play.take(first)
    again = received(second)
    for _ in range(2):
        take_alerts(play.database, play.composer, again, play.now)
    before = codes(play)
    play.take(second)
    assert codes(play) == before


def test_a_code_rests_for_a_week_after_its_incident_was_told_last(play: Play, twins: tuple[str, str]) -> None:
    first = play.fires(twins[0])
    play.take(first)
    play.at(60).take(play.resolves(first))
    play.at(6 * DAY).take(play.fires(twins[1]))
    assert len(set(codes(play).values())) == 2


def test_after_that_it_is_given_again_and_means_the_new_incident(play: Play, twins: tuple[str, str]) -> None:
    first = play.fires(twins[0])
    play.take(first)
    play.at(60).take(play.resolves(first))
    play.at(8 * DAY).take(play.fires(twins[1]))
    assert set(codes(play).values()) == {code_of(own_incident(twins[0]))}
    # Camille was told of both in the last thirty days.
    assert say(play.at(8 * DAY + 1), code_of(own_incident(twins[0]))).meaning is Meaning.ACKNOWLEDGE
    assert taken(play) == {twins[1]}


def test_a_code_of_long_ago_is_explained(play: Play) -> None:
    old = play.fires("old")
    play.take(old)
    play.at(60).take(play.resolves(old))
    code = codes(play)["old"]
    assert say(play.at(120), code).text == f"Vigie {code} : l'alerte est terminée, plus rien à faire."
    play.at(200 * DAY).take(play.fires("new"))
    answer = say(play.at(200 * DAY + 1), f"ok {code}")
    assert answer.text == (
        f"Vigie {code} : alerte terminée depuis le 10/01/2022, plus rien à faire. En cours : {codes(play)['new']}"
    )
    assert taken(play) == set()


def test_a_code_of_long_ago_that_now_means_what_others_were_told_takes_nothing(
    play: Play, twins: tuple[str, str]
) -> None:
    first = play.fires(twins[0])
    play.take(first)
    play.at(60).take(play.resolves(first))
    play.at(200 * DAY).take(play.fires(twins[1], notify=(NotifyRequest(team="collecte", message="m"),)))
    answer = say(play.at(200 * DAY + 1), code_of(own_incident(twins[0])))
    assert (answer.outcome, taken(play)) == (Outcome.RESOLVED, set())


def test_what_was_never_told_to_them_stays_unknown(play: Play) -> None:
    assert say(play, "V-7K3Q").meaning is Meaning.UNCLEAR
