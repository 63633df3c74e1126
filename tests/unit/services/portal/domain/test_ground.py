"""What the map shows of the world, and what it is drawn on."""

from services.portal.domain.ground import Ground, drawn, read_ground, window_of
from services.portal.domain.mapping import Projection, Window
from shared.model.registry import Area, Point, Text

SQUARE = {"type": "Polygon", "coordinates": [[[5.0, 43.0], [6.0, 43.0], [6.0, 44.0], [5.0, 44.0], [5.0, 43.0]]]}
GROUND = read_ground(
    {
        "attribution": "© OpenStreetMap contributors",
        "features": [
            {"properties": {"role": "river"}, "geometry": {"type": "LineString", "coordinates": [[5, 43], [6, 44]]}},
            {"properties": {"role": "land"}, "geometry": SQUARE},
            {"properties": {"role": "metropole"}, "geometry": SQUARE},
            {"properties": {"role": "dragons"}, "geometry": SQUARE},
            {"properties": {}, "geometry": None},
        ],
    }
)


def point(longitude, latitude):
    return Point(id="x", title="x", kind="k", directorate="d", longitude=longitude, latitude=latitude)


def area(name):
    return Area(id=name, title=Text(fr=name, en=name), geometry=SQUARE)


def test_map_shows_the_metropolis_although_some_points_lie_elsewhere():
    found = window_of(GROUND, [point(5.5, 43.5), point(144.7, -37.9)])
    assert found.holds(5.5, 43.5)
    assert not found.holds(144.7, -37.9)


def test_map_shows_the_points_where_none_lies_in_the_metropolis():
    found = window_of(GROUND, [point(1.4, 43.6), point(1.5, 43.7)])
    assert found.holds(1.4, 43.6)
    assert found.holds(1.5, 43.7)
    assert not found.holds(5.5, 43.5)


def test_lone_point_has_some_land_around_it():
    found = window_of(Ground(), [point(1.4, 43.6)])
    assert found == Window(1.38, 43.58, 1.42, 43.62) or found.east - found.west > 0.03


def test_without_ground_and_points_there_is_nothing_to_show():
    assert window_of(Ground(), []) is None


def test_ground_is_drawn_from_the_land_up_and_of_the_areas_only_communes():
    found = drawn(GROUND, [area("commune-13055"), area("huveaune")], Projection(Window(5, 43, 6, 44), 400))
    assert [role for role, _ in found] == ["land", "metropole", "commune", "river"]
