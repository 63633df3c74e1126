"""The end of what hushed many: as few statements as for a few, and what is urgent need not wait for all of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event

from services.notifier.domain.channel import Medium
from services.notifier.domain.escalation.loading_escalations import load_policies
from services.notifier.domain.muting.silence_wanted import WantedSilence
from services.notifier.use_cases import release_held as releasing
from services.notifier.use_cases.release_held import release_held
from services.notifier.use_cases.silence import add_silence, end_silence
from shared.actor import Actor
from shared.model.alerts import AlertChanged
from tests.component.notifier.playing import Play

POLICIES = """\
policies:
  - {id: toutes, title: Toutes, applies_to: {}, steps: [{after: 5 min, everyone_of: own, by: email}]}
"""
OPERATOR = Actor("op")


@pytest.fixture
def hush(play: Play) -> Callable[..., list[AlertChanged]]:
    """A function that has so many alerts hushed by a silence, and ends it a minute later."""
    play.policies = load_policies(POLICIES, "e.yaml", play.composer.teams)

    def make(many: int, labels_of: Callable[[int], dict[str, str]] = lambda _number: {}) -> list[AlertChanged]:
        wanted = WantedSilence(matchers=["rule=*"], owner="helene", reason="travaux", lasts="1 h")
        name = add_silence(play.database, play.composer.teams, OPERATOR, wanted, play.now)["id"]
        alerts = [play.fires(f"a{n}", rule=f"r{n}", labels=labels_of(n)) for n in range(many)]
        play.take(*alerts)
        play.now = play.start_plus(60)
        end_silence(play.database, OPERATOR, name, "", play.now)
        return alerts

    return make


@pytest.fixture
def statements(play: Play) -> Callable[[Callable[[], Any]], int]:
    """A function that counts the statements of an act."""
    said: list[str] = []
    event.listen(play.database.engine, "before_cursor_execute", lambda *about: said.append(about[2]))

    def count(act: Callable[[], Any]) -> int:
        said.clear()
        act()
        return len(said)

    return count


@pytest.mark.parametrize("labels_of", [lambda _n: {}, lambda n: {"dedup": f"d{n}"}], ids=["alone", "shared"])
def test_a_release_of_many_takes_no_more_statements_than_that_of_one(
    play: Play, hush: Any, statements: Any, rows: Any, labels_of: Any
) -> None:
    def act() -> None:
        release_held(play.database, play.composer, play.plan, play.now, play.policies)

    hush(1, labels_of)
    few = statements(act)
    hush(30, labels_of)
    assert statements(act) == few
    # Who hears so late has the time to answer that the policy gives.
    assert {row["began_at"][:19] for row in rows("escalation")[-30:]} == {play.start_plus(60).isoformat(" ")[:19]}


def test_of_more_than_are_asked_at_once_the_rest_is_told_at_the_next_look(
    play: Play, hush: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(releasing, "AT_ONCE", 3)
    hush(7)
    told = []
    while (made := release_held(play.database, play.composer, play.plan, play.now, play.policies)) > 0:
        told.append(made)
    # By text and by mail each.
    assert told == [6, 6, 2]
    play.at(61)
    assert len(set(play.arrived(Medium.SMS))) == 7
