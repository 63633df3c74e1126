"""Of several points that hold something, with a radius, the largest crowd is counted, and those in it are named."""

import pytest
from msgspec import structs

from services.rules_engine.domain.book import book_of
from services.rules_engine.domain.checks.check import Known
from services.rules_engine.domain.playing import Play, Seen
from services.rules_engine.domain.rendering import alert_changed
from services.rules_engine.domain.sample import Sample

METRE = 360 / 40_030_230
"""A metre along a meridian, in degrees."""

CROWD = {
    "for_each": None,
    "across": "{kind: water-level}",
    "when": "{at_least: [{how_many: {where: {above: [level, 2 m]}, within: 500 m}}, 3]}",
    "then": '[{notify: {team: astreinte, message: "{count}: {members}"}}]',
}


@pytest.fixture
def told(loaded, known, inventory, point, minutes):
    """What is told of points with high water, which stand so many metres along one line."""

    def _told(**places):
        points = [
            structs.replace(point, id=name, title=name.upper(), latitude=43.0 + metres * METRE)
            for name, metres in places.items()
        ]
        line = structs.replace(inventory, points=tuple(points))
        book = book_of(loaded(Known(line, known.teams), **CROWD).rules, line)
        seen = [Seen(each.id, "level", Sample(3.0, minutes(0))) for each in points]
        changes = [
            alert_changed(book.rules[event.rule], event.transition, book.subject(*event.key), event.scene, book)
            for event in Play(book).run(seen, minutes(0))
        ]
        return [(change.points, change.notify[0].message) for change in changes]

    return _told


def test_those_of_the_largest_crowd_are_counted_and_named(told):
    """A pair that stands elsewhere is neither."""
    assert told(a=0, b=200, c=400, d=5000, e=5100) == [(("a", "b", "c"), "3: A, B, C")]


def test_a_crowd_is_around_one_of_its_members(told):
    """A and C are 800 m apart, but B stands between them."""
    assert told(a=0, b=400, c=800) == [(("a", "b", "c"), "3: A, B, C")]


def test_pairs_are_no_crowd_however_many_there_are(told):
    assert told(a=0, b=100, c=2000, d=2100, e=4000, f=4100) == []
