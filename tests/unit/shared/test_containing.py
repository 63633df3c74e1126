"""Which areas contain a point."""

import pytest

from shared.containing import areas_around, outline
from shared.model.registry import Area, Text

SQUARE = [[0, 0], [10, 0], [10, 10], [0, 10], [0, 0]]
HOLE = [[4, 4], [6, 4], [6, 6], [4, 6], [4, 4]]
FAR = [[20, 0], [30, 0], [30, 10], [20, 10], [20, 0]]
# A U that opens to the north: its bay is outside although the box around it is not.
BAY = [[0, 0], [9, 0], [9, 9], [6, 9], [6, 3], [3, 3], [3, 9], [0, 9], [0, 0]]


WEST = [[-30, 0], [-20, 0], [-20, 10], [-30, 10], [-30, 0]]


def contains(geometry, x, y):
    return outline(Area(id="a", title=Text(fr="", en=""), geometry=geometry)).contains(x, y)


def polygon(*rings):
    return {"type": "Polygon", "coordinates": list(rings)}


def several(*polygons):
    return {"type": "MultiPolygon", "coordinates": [list(rings) for rings in polygons]}


@pytest.mark.parametrize(
    ("geometry", "x", "y", "inside"),
    [
        pytest.param(polygon(SQUARE), 5, 5, True, id="in the middle"),
        pytest.param(polygon(SQUARE), 11, 5, False, id="to the east"),
        pytest.param(polygon(SQUARE), -1, 5, False, id="to the west"),
        pytest.param(several([SQUARE], [WEST]), -1, 5, False, id="to the west, where the ray crosses twice"),
        pytest.param(several(), 5, 5, False, id="in an area of no polygon"),
        pytest.param(polygon(SQUARE), 5, 11, False, id="to the north"),
        pytest.param(polygon(SQUARE[::-1]), 5, 5, True, id="a ring drawn the other way round"),
        pytest.param(polygon(SQUARE, HOLE), 5, 5, False, id="in a hole"),
        pytest.param(polygon(SQUARE, HOLE), 3, 5, True, id="beside a hole"),
        pytest.param(polygon(BAY), 4.5, 6, False, id="in a bay"),
        pytest.param(polygon(BAY), 4.5, 1, True, id="below a bay"),
        pytest.param(several([SQUARE], [FAR]), 25, 5, True, id="in the second polygon"),
        pytest.param(several([SQUARE], [FAR]), 15, 5, False, id="between two polygons"),
        pytest.param(several([SQUARE, HOLE], [FAR]), 5, 5, False, id="in the hole of the first polygon"),
    ],
)
def test_a_place_is_in_a_geometry_but_not_in_its_holes(geometry, x, y, inside):
    assert contains(geometry, x, y) is inside


@pytest.mark.parametrize("y", [0, 2, 5], ids=["at the lower corner", "beside the tip", "at the height of the tip"])
def test_a_ray_through_a_corner_does_not_turn_outside_into_inside(y):
    diamond = [[5, 0], [10, 5], [5, 10], [0, 5], [5, 0]]
    assert not contains(several([diamond], [WEST]), -1, y)


def test_neighbours_share_their_edge_without_gap_or_overlap():
    east = [[10, 0], [20, 0], [20, 10], [10, 10], [10, 0]]
    on_edge = [contains(polygon(ring), 10, 5) for ring in (SQUARE, east)]
    assert sorted(on_edge) == [False, True]


def test_areas_around_a_place_are_named_in_their_order():
    title = Text(fr="", en="")
    areas = [
        Area(id="big", title=title, geometry=polygon(SQUARE)),
        Area(id="far", title=title, geometry=polygon(FAR)),
        Area(id="bay", title=title, geometry=polygon(BAY)),
    ]
    assert areas_around(map(outline, areas), 1, 1) == ("big", "bay")
