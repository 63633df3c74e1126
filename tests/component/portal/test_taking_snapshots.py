"""A snapshot from the portal's own copy of the registry and the answers of the others."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from services.portal.domain.pages import BY_ID
from services.portal.storage.tables import METADATA
from services.portal.use_cases.take_snapshot import OVERLAP
from services.portal.use_cases.take_snapshot import take_snapshot as take
from shared import bus
from shared.model.registry import RegistryChanged
from shared.runtime.database import Received
from shared.runtime.migrating import check
from shared.runtime.registry_copy import keep_registry
from tests.portal import city

NOW = datetime(2022, 1, 10, 10, 45, 30, tzinfo=UTC)
NIGHT = {"night": "2022-01-09", "energy_kwh": 8.3, "full_kwh": 11.9, "saved_full_kwh": 3.6, "estimated_kwh": 0.0}


def take_snapshot(database, services, now, previous=None, pages=BY_ID, **others):
    """For all pages together."""
    return take(database, services, now, pages, previous, **others)


class Services:
    """Answers as the other services do; ``away`` ones do not, ``strange`` answers replace theirs."""

    def __init__(self, now=NOW):
        self.now = now
        self.away, self.strange, self.asked = set(), {}, []

    def __call__(self, questions):
        self.asked += questions
        return [self._answer(question) for question in questions]

    def _answer(self, question):
        if question.service in self.away:
            return None
        key = (question.service, question.method)
        if key in self.strange:
            return self.strange[key]
        if question.method == "history":
            return self._history(**question.arguments)
        series = city.recorded(self.now)
        return msgspec.to_builtins(
            {
                (bus.TELEMETRY, "latest"): city.latest(series, self.now),
                (bus.TELEMETRY, "summary"): {"observations": 7, "duplicates": 0, "quarantined": 0, "rejected": {}},
                (bus.RULES_ENGINE, "rules"): city.rules(),
                (bus.RULES_ENGINE, "alerts"): city.alerts(self.now),
                (bus.NOTIFIER, "incidents"): city.incidents(self.now),
                (bus.NOTIFIER, "notifications"): city.notifications(self.now),
                (bus.NOTIFIER, "summary"): {"sms": 4, "emails": 9, "states": {}, "open_incidents": 2},
                (bus.LIGHTING_CONTROLLER, "state"): {"groups": city.lamps(self.now)},
                (bus.LIGHTING_CONTROLLER, "last_night"): NIGHT,
                (bus.TELEMETRY, "indicators"): [],
                (bus.TELEMETRY, "series"): [],
            }[key]
        )

    def _history(self, point, property, since, until, limit):  # noqa: A002
        bounds = (datetime.fromisoformat(since), datetime.fromisoformat(until))
        return msgspec.to_builtins(
            [item for item in city.recorded(self.now).get(point, ()) if bounds[0] <= item.time <= bounds[1]][-limit:]
        )

    def histories(self):
        return [question.arguments for question in self.asked if question.method == "history"]


@pytest.fixture
def database(database_of):
    made = database_of("portal")
    changed = RegistryChanged(revision=1, at=NOW, inventory=city.inventory())
    keep_registry(made, [Received("m1", changed), Received("m1", changed)])
    return made


def test_tables_are_those_that_the_code_knows(database):
    check(database, "services.portal.storage")
    assert set(METADATA.tables) == {"outbox", "inbox", "parked", "audit", "registry_copy"}


def test_snapshot_holds_what_everybody_answers(database):
    taken = take_snapshot(database, Services(), NOW, replayed=True)
    assert taken.now == NOW
    assert taken.inventory == city.inventory()
    assert taken.series == city.recorded(NOW)
    assert taken.lamps == city.lamps(NOW)
    assert msgspec.to_builtins(taken.burnt) == NIGHT
    assert taken.alerts == city.alerts(NOW)
    assert taken.notifications == city.notifications(NOW)
    assert (taken.tallies.observations, taken.sent.sms) == (7, 4)


def test_running_clock_gives_whole_minutes_so_that_quiet_snapshots_are_equal(database):
    services = Services()
    first = take_snapshot(database, services, NOW)
    second = take_snapshot(database, services, NOW + timedelta(seconds=20), first)
    assert first.now == NOW.replace(second=0)
    assert first == second


@pytest.mark.parametrize(
    ("service", "lost"),
    [
        pytest.param(bus.TELEMETRY, {"latest", "series", "tallies"}, id="telemetry"),
        pytest.param(bus.RULES_ENGINE, {"rules", "alerts"}, id="rules engine"),
        pytest.param(bus.NOTIFIER, {"incidents", "notifications", "sent"}, id="notifier"),
        pytest.param(bus.LIGHTING_CONTROLLER, {"lamps", "burnt"}, id="lighting controller"),
    ],
)
def test_service_that_is_away_takes_only_its_own_parts_with_it(database, service, lost):
    services = Services()
    services.away.add(service)
    taken = take_snapshot(database, services, NOW, replayed=True)
    parts = ("latest", "series", "tallies", "rules", "alerts", "incidents", "notifications", "sent", "lamps", "burnt")
    assert {part for part in parts if getattr(taken, part) is None} == lost


@pytest.mark.parametrize("answer", [pytest.param([{"odd": 1}], id="shape"), pytest.param("text", id="text")])
def test_answer_of_another_shape_counts_as_none(database, answer):
    services = Services()
    services.strange[bus.RULES_ENGINE, "alerts"] = answer
    taken = take_snapshot(database, services, NOW, replayed=True)
    assert taken.alerts is None
    assert taken.rules is not None


def test_fields_that_the_portal_does_not_know_are_passed_over(database):
    services = Services()
    told = msgspec.to_builtins(city.alerts(NOW))
    services.strange[bus.RULES_ENGINE, "alerts"] = [{**alert, "owner": "gemapi", "new": [1]} for alert in told]
    assert take_snapshot(database, services, NOW, replayed=True).alerts == city.alerts(NOW)


@pytest.mark.parametrize("hours", [pytest.param(0.25, id="a quarter"), pytest.param(30, id="longer than the overlap")])
def test_series_goes_on_without_asking_all_of_it_again(database, hours):
    first = take_snapshot(database, Services(), NOW, replayed=True)
    later = NOW + timedelta(hours=hours)
    services = Services(later)
    second = take_snapshot(database, services, later, first, replayed=True)
    assert second.series == city.recorded(later) | {
        point: tuple(item for item in samples if item.time >= samples[-1].time - timedelta(days=7))
        for point, samples in city.recorded(later, days=8).items()
    }
    oldest = min(datetime.fromisoformat(asked["since"]) for asked in services.histories())
    assert oldest >= NOW - OVERLAP - timedelta(hours=1)


def test_value_that_comes_late_is_shown(database):
    services = Services()
    whole = take_snapshot(database, services, NOW, replayed=True)
    holed = {
        point: tuple(item for item in samples if not 3 <= (NOW - item.time) / timedelta(hours=1) <= 5)
        for point, samples in whole.series.items()
    }
    again = take_snapshot(database, services, NOW, replace(whole, series=holed), replayed=True)
    assert again.series == whole.series
