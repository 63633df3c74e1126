"""The map's geometry: projection, outlines, marks that keep apart."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.portal.domain.mapping import Projection, Window, around, moved_apart, path

MARSEILLE = Window(5.2, 43.2, 5.6, 43.4)


def test_a_kilometre_is_as_long_in_every_direction():
    drawn = Projection(MARSEILLE, 700)
    west, north = drawn.place(5.3, 43.3), drawn.place(5.3, 43.3 + 0.09)
    east = drawn.place(5.3 + 0.09 / math.cos(math.radians(43.3)), 43.3)
    assert east[0] - west[0] == pytest.approx(west[1] - north[1], abs=0.3)


def test_corners_of_the_window_are_those_of_the_drawing():
    drawn = Projection(MARSEILLE, 700)
    assert drawn.place(5.2, 43.4) == (0, 0)
    assert drawn.place(5.6, 43.2) == (700, drawn.height)


@pytest.mark.parametrize(
    ("geometry", "expected"),
    [
        pytest.param({"type": "Point", "coordinates": [5.3, 43.3]}, "", id="a point has no outline"),
        pytest.param(
            {"type": "Polygon", "coordinates": [[[5.2, 43.4], [5.6, 43.4], [5.6, 43.2], [5.2, 43.4]]]},
            "M0 0L400 0L400 274.8L0 0Z",
            id="polygon",
        ),
        pytest.param({"type": "LineString", "coordinates": [[5.2, 43.4], [5.6, 43.4]]}, "M0 0L400 0", id="line"),
        pytest.param(
            {"type": "LineString", "coordinates": [[5.2, 43.4], [5.20001, 43.4]]}, "", id="smaller than a dot"
        ),
    ],
)
def test_outline_of_a_geometry(geometry, expected):
    assert path(geometry, Projection(MARSEILLE, 400)) == expected


places = st.tuples(st.floats(0, 700), st.floats(0, 500))


@settings(max_examples=60, deadline=None)
@given(st.lists(places, max_size=40))
def test_marks_keep_their_distance_and_stay_on_the_drawing(wanted):
    found = moved_apart(wanted, 17, 700, 500)
    assert len(found) == len(wanted)
    for index, place in enumerate(found):
        if place == wanted[index]:
            continue
        assert 0 <= place[0] <= 700
        assert 0 <= place[1] <= 500
        assert all(math.dist(place, other) >= 17 for other in found[:index])


def test_mark_that_is_alone_stays_where_it_is_and_the_next_one_moves():
    first, second = moved_apart([(100.0, 100.0), (101.0, 100.0)], 17, 700, 500)
    assert first == (100.0, 100.0)
    assert 17 <= math.dist(first, second) < 40


def test_forty_lamps_of_one_street_are_all_seen():
    found = moved_apart([(350.0, 250.0)] * 40, 14, 700, 500)
    assert len(set(found)) == 40


def test_no_places_have_no_window():
    with pytest.raises(ValueError, match="not enough values"):
        around([])
