"""What luminaires keep for when they are cut off: given once a day, in batches, again when it changed, over a real
database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.lighting_controller.domain.commanding.driver import FailSafe
from services.lighting_controller.domain.commanding.kept_programme import ALONE_AFTER, KeptProgramme
from services.lighting_controller.domain.commanding.pacing import Pace
from services.lighting_controller.drivers import WAYS
from services.lighting_controller.drivers.simulated import Outage
from services.lighting_controller.lamps import Lamps
from services.lighting_controller.use_cases.upload_programmes import Uploaded, upload_programmes
from shared.errors import DeliveryDelayed

NIGHT = datetime(2022, 1, 10, 1, 45, tzinfo=UTC)
NOON = datetime(2022, 1, 10, 11, 0, tzinfo=UTC)
DAY = timedelta(days=1)
GROUP = {"berges-garonne": ("lamp-1", "lamp-2", "lamp-3")}

ROADS = """
classes:
  P2: {floor: 70 %, step: 100 %, ramp: 0 s, dwell: 0 s, share: 100 %}
  P4: {floor: 40 %, step: 100 %, ramp: 0 s, dwell: 0 s, share: 100 %}
default: P2
luminaires:
  lamp-1: P4
"""


class Keeping:
    """A way to lamps that keep what they are given."""

    def __init__(self) -> None:
        self.given: list[KeptProgramme] = []
        self.beats: list[datetime] = []
        self.closed: DeliveryDelayed | None = None

    def upload(self, programmes: Sequence[KeptProgramme], now: datetime) -> None:
        if self.closed is not None:
            raise self.closed
        self.given += programmes

    def beat(self, now: datetime) -> None:
        if self.closed is not None:
            raise self.closed
        self.beats.append(now)

    def took(self) -> list[str]:
        """Who was given one since it was asked last."""
        names, self.given = [programme.luminaire for programme in self.given], []
        return names


@pytest.fixture
def city(controller_of: Callable[..., Any]) -> Any:
    return controller_of(groups=GROUP, now=NIGHT)


@pytest.fixture
def way() -> Keeping:
    return Keeping()


def upload(city: Any, way: Keeping, pace: Pace | None = None) -> Uploaded:
    return upload_programmes(city.database, way, city.calendars, city.safety, city.now, pace)


def test_every_luminaire_is_given_its_calendar_once_a_day_at_noon(city: Any, way: Keeping) -> None:
    assert upload(city, way).next_due == NOON
    programme = way.given[0]
    assert [programme.level_at(NIGHT), programme.level_at(NIGHT + timedelta(hours=4)), programme.level_at(NOON)] == [
        50,
        100,
        0,
    ]
    assert way.took() == ["lamp-1", "lamp-2", "lamp-3"]
    assert upload(city, way) == Uploaded(NOON)
    city.now = NOON
    assert upload(city, way).next_due == NOON + DAY
    assert programme.until is not None
    assert way.given[0].until == programme.until + DAY
    assert way.took() == ["lamp-1", "lamp-2", "lamp-3"]


def test_programme_of_each_road_keeps_to_its_floor(controller_of: Callable[..., Any], way: Keeping) -> None:
    city = controller_of(groups=GROUP, now=NIGHT, limits=ROADS)
    upload(city, way)
    assert {programme.luminaire: programme.level_at(NIGHT) for programme in way.given} == {
        "lamp-1": 50,
        "lamp-2": 70,
        "lamp-3": 70,
    }


def test_nothing_due_is_one_question(city: Any, way: Keeping, statements: Any) -> None:
    upload(city, way)
    ran = statements(city.database)
    upload(city, way)
    assert len(ran.texts) == 1


def test_start_and_change_of_the_registry_give_only_what_is_another(city: Any, way: Keeping) -> None:
    upload(city, way)
    way.took()
    city.restart()
    upload(city, way)
    assert way.took() == []
    city.know({"berges-garonne": ("lamp-1", "lamp-9"), "la-plaine": ("lamp-2",)}, revision=2)
    upload(city, way)
    assert way.took() == ["lamp-2", "lamp-9"]


def test_each_upload_says_what_became_of_whom(city: Any, way: Keeping) -> None:
    way.closed = DeliveryDelayed("closed", 7.0)
    assert told(upload(city, way)) == (0, 0, 3, 3)
    way.closed = None
    assert told(upload(city, way)) == (0, 0, 0, None), "nothing is due yet"
    city.now += timedelta(seconds=7)
    first = upload(city, way, Pace(2))
    assert told(first) == (2, 0, 0, 1)
    city.now += timedelta(seconds=1)
    assert told(upload(city, way, first.pace)) == (1, 0, 0, 0)
    city.restart()
    assert told(upload(city, way)) == (0, 3, 0, 0)


def told(uploaded: Uploaded) -> tuple[int, int, int, int | None]:
    return uploaded.number, uploaded.unchanged, uploaded.refused, uploaded.outstanding


def test_no_more_leave_than_the_pace_has_room_for(city: Any, way: Keeping) -> None:
    first = upload(city, way, Pace(2))
    assert (way.took(), first.next_due) == (["lamp-1", "lamp-2"], NIGHT + timedelta(seconds=1))
    again = upload(city, way, first.pace)
    assert (way.took(), again.next_due) == ([], NIGHT + timedelta(seconds=1))
    city.now += timedelta(seconds=1)
    assert upload(city, way, again.pace).next_due == NOON
    assert way.took() == ["lamp-3"]


def test_closed_way_is_tried_again_when_it_says_so(city: Any, way: Keeping) -> None:
    way.closed = DeliveryDelayed("closed", 7.0)
    assert upload(city, way).next_due == NIGHT + timedelta(seconds=7)
    way.closed = None
    assert upload(city, way).next_due == NIGHT + timedelta(seconds=7)
    assert way.took() == []
    city.now += timedelta(seconds=7)
    assert upload(city, way).next_due == NOON
    assert way.took() == ["lamp-1", "lamp-2", "lamp-3"]


def test_process_that_dies_after_it_gave_them_gives_them_again(city: Any, way: Keeping) -> None:
    class Dying(Keeping):
        def upload(self, programmes: Sequence[KeptProgramme], now: datetime) -> None:
            super().upload(programmes, now)
            raise KeyboardInterrupt

    dying = Dying()
    with pytest.raises(KeyboardInterrupt):
        upload(city, dying)
    upload(city, way)
    assert way.given == dying.given


def test_registry_that_changes_while_programmes_leave_is_not_forgotten(city: Any, way: Keeping) -> None:
    class Slow(Keeping):
        def upload(self, programmes: Sequence[KeptProgramme], now: datetime) -> None:
            super().upload(programmes, now)
            city.now += timedelta(seconds=1)
            city.know({"la-plaine": ("lamp-1",), "berges-garonne": ("lamp-2",)}, revision=2)

    upload(city, Slow())
    upload(city, way)
    assert {programme.luminaire: programme.level_at(NIGHT) for programme in way.given} == {"lamp-1": 40, "lamp-2": 50}
    assert upload(city, way) == Uploaded(NOON)


def test_override_is_in_no_programme(city: Any, way: Keeping, hold: Callable[..., Any]) -> None:
    city.take(hold(NIGHT, lease_until=NIGHT + timedelta(hours=3)))
    assert city.actual() == [100, 100, 100]
    upload(city, way)
    assert way.given[0].level_at(NIGHT) == 50


def test_cut_off_lamps_follow_the_calendar_and_the_override_when_they_are_back(
    city: Any, hold: Callable[..., Any]
) -> None:
    """What the simulated lamps keep stands in the database: another process finds them as they were."""
    city.take(hold(NIGHT, lease_until=NIGHT + timedelta(hours=3)))
    upload(city, city.driver)
    cut = Outage(NIGHT, NIGHT + timedelta(hours=1))
    city.restart(outages=[cut])
    found = [
        city.driver.look(["lamp-1"], NIGHT + after)[0].actual
        for after in (timedelta(), ALONE_AFTER, timedelta(hours=1))
    ]
    assert found == [100, 50, 100]


def test_controller_says_each_minute_that_it_is_there_and_tries_again_when_the_way_is_closed(way: Keeping) -> None:
    assert isinstance(way, FailSafe)
    lamps: Any = Lamps(way, WAYS["mqtt"])  # type: ignore[arg-type]
    minute = timedelta(minutes=1)
    assert [lamps.beat(NIGHT + seconds * timedelta(seconds=1)) for seconds in (0, 30, 59)] == [NIGHT + minute] * 3
    way.closed = DeliveryDelayed("closed", 7.0)
    assert lamps.beat(NIGHT + minute) == NIGHT + minute + timedelta(seconds=7)
    way.closed = None
    assert lamps.beat(NIGHT + minute + timedelta(seconds=7)) == NIGHT + 2 * minute + timedelta(seconds=7)
    assert way.beats == [NIGHT, NIGHT + minute + timedelta(seconds=7)]
    assert Lamps(way).beat(NIGHT) is None  # type: ignore[arg-type]
