"""Requests of rules: idempotent, in any order, cheap to renew."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import ANY

from services.lighting_controller.domain.orders.holding import Outcome
from services.lighting_controller.use_cases.act_on_due import act_on_due
from services.lighting_controller.use_cases.take_lighting_requests import take_lighting_requests
from shared.model.alerts import Criticality
from shared.model.lighting import OverrideChanged, OverrideState
from shared.runtime.database import Received

AT = datetime(2022, 1, 10, 1, 45, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_redelivered_request_changes_nothing(controller_of: Callable[..., Any], hold: Callable[..., Any]) -> None:
    controller = controller_of(now=AT)
    controller.take(hold(AT))
    before = controller.rows()
    again = [Received("m1", hold(AT, level=10))]
    assert not take_lighting_requests(controller.database, controller.calendars, again, AT + MINUTE)
    assert controller.rows() == before


def test_older_hold_never_resurrects_a_released_override(
    controller_of: Callable[..., Any], hold: Callable[..., Any], release: Callable[..., Any]
) -> None:
    controller = controller_of(now=AT)
    controller.take(release(AT + MINUTE))
    assert controller.take(hold(AT)) == {Outcome.OUTDATED: 1}
    assert controller.actual() == [50, 50, 50]
    assert controller.published(OverrideChanged, "override_changed") == []


def test_renewal_touches_its_override_only_and_moves_no_light(
    controller_of: Callable[..., Any], hold: Callable[..., Any], statements: Any
) -> None:
    controller = controller_of(now=AT)
    controller.take(hold(AT))
    before = controller.rows()
    ran = statements(controller.database)
    controller.now = AT + 5 * MINUTE
    assert controller.take(hold(AT + 5 * MINUTE)) == {Outcome.RENEWED: 1}
    assert [text.split()[2] for text in ran.texts if text.startswith(("INSERT", "UPDATE"))] == ["inbox", "override"]
    after = controller.rows()
    assert {name for name in after if after[name] != before[name]} == {"override"}


def test_look_at_the_due_rows_is_one_indexed_question_when_nothing_is_due(
    controller_of: Callable[..., Any], hold: Callable[..., Any], statements: Any
) -> None:
    controller = controller_of(now=AT)
    controller.take(hold(AT))
    ran = statements(controller.database)
    acted = act_on_due(controller.database, controller.driver, controller.calendars, controller.safety, AT + MINUTE)
    assert acted.next_due == AT + 15 * MINUTE
    assert len(ran.texts) == 1
    with controller.database.transaction() as transaction:
        plan = transaction.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {ran.texts[0]}").all()
    looks = [row[3] for row in plan if "luminaire" in row[3] or "override" in row[3]]
    assert len(looks) == 3
    assert all("INDEX" in look for look in looks)


def test_stronger_rule_wins_and_the_weaker_takes_over_when_it_lets_go(
    controller_of: Callable[..., Any], hold: Callable[..., Any], release: Callable[..., Any]
) -> None:
    controller = controller_of(now=AT)
    comfort = {"override": "comfort", "criticality": Criticality.COMFORT, "level": 20}
    controller.take(hold(AT, **comfort), hold(AT, level=90))
    assert controller.actual() == [90, 90, 90]
    view = controller.group()
    assert (view.source, view.level) == ("flood", 90)
    assert [(lost.by, lost.why) for lost in view.lost] == [("comfort", "outranked"), ("calendar", "outranked")]
    controller.take(release(AT + MINUTE))
    assert controller.actual() == [20, 20, 20]


def test_override_of_a_group_that_is_not_known_yet_acts_when_it_is(
    controller_of: Callable[..., Any], hold: Callable[..., Any]
) -> None:
    controller = controller_of(groups={"square": ("lamp-9",)}, now=AT)
    controller.take(hold(AT))
    controller.know({"berges-garonne": ("lamp-1",), "square": ("lamp-9",)}, revision=2)
    assert controller.actual() == [100]


def test_override_of_a_group_that_never_comes_expires(
    controller_of: Callable[..., Any], hold: Callable[..., Any]
) -> None:
    controller = controller_of(now=AT)
    controller.take(hold(AT, group="nowhere", at_most_s=60.0))
    controller.run_until(AT + 20 * MINUTE)
    states = [change.state.value for change in controller.published(OverrideChanged, "override_changed")]
    assert states == ["started", "expired"]


def test_luminaire_of_two_groups_obeys_the_stronger_wish(
    controller_of: Callable[..., Any], hold: Callable[..., Any]
) -> None:
    controller = controller_of(groups={"berges-garonne": ("lamp-1", "lamp-2"), "bridge": ("lamp-2", "lamp-3")}, now=AT)
    # The bridge has no entry: by default 100 % at night. A calendar is stronger than the default.
    assert controller.actual() == [50, 50]
    assert controller.actual("bridge") == [50, 100]
    controller.take(hold(AT, group="bridge", level=80))
    assert controller.actual() == [50, 80]
    assert controller.actual("bridge") == [80, 80]


def test_luminaire_that_is_tried_again_keeps_the_wish_of_a_group_that_is_not_due(
    controller_of: Callable[..., Any], hold: Callable[..., Any]
) -> None:
    lost: set[str] = set()
    chain = {"west": ("lamp-1", "lamp-2"), "middle": ("lamp-2", "lamp-3"), "east": ("lamp-3", "lamp-4")}
    controller = controller_of(groups=chain, now=AT, loses=lambda command: command.luminaire in lost)
    lost.add("lamp-3")
    controller.take(hold(AT, group="east", level=30))
    assert controller.actual("east") == [100, 30]
    lost.clear()
    controller.now = AT + MINUTE / 2
    # The west is due in the moment in which lamp-3, of its neighbour's other neighbour, is tried again.
    controller.take(hold(AT + MINUTE / 2, override="other", group="west", level=60))
    assert controller.actual("east") == [30, 30]
    assert controller.actual("west") == [60, 60]


def test_time_until_a_rule_is_edited_counts_as_the_rule_was(
    controller_of: Callable[..., Any], hold: Callable[..., Any]
) -> None:
    controller = controller_of(now=AT)
    noon = datetime(2022, 1, 10, 11, 0, tzinfo=UTC)
    controller.take(hold(AT, criticality=Criticality.NORMAL, lease_until=noon + MINUTE, at_most_s=9 * 3600.0))
    controller.run_until(noon)
    by_day = hold(noon, criticality=Criticality.NORMAL, day=True, at_most_s=9 * 3600.0, lease_until=noon + 600 * MINUTE)
    assert controller.take(by_day) == {Outcome.CHANGED: 1}
    assert controller.actual() == [100, 100, 100], "of nine hours it has used what was lit until dawn"
    controller.run_until(noon + 180 * MINUTE)
    assert controller.actual() == [100, 100, 100]
    controller.run_until(noon + 600 * MINUTE)
    told = [(change.state, change.at) for change in controller.published(OverrideChanged, "override_changed")]
    used_up = noon + 9 * 60 * MINUTE - (datetime(2022, 1, 10, 6, 54, 4, tzinfo=UTC) - AT)
    assert told == [(OverrideState.STARTED, AT), (OverrideState.USED_UP, used_up), (OverrideState.EXPIRED, ANY)]
