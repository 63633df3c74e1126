"""The polygon of an emergency, from GeoJSON; each fault says where."""

from __future__ import annotations

from typing import Any

import pytest

from services.lighting_controller.domain.orders.polygon_wanted import BadPolygon, geometry_of

RING = [[5.0, 43.0], [5.1, 43.0], [5.1, 43.1], [5.0, 43.0]]
POLYGON = {"type": "Polygon", "coordinates": [RING]}
MULTI = {"type": "MultiPolygon", "coordinates": [[RING], [RING]]}


@pytest.mark.parametrize(
    ("written", "shapes"),
    [
        pytest.param(POLYGON, 1, id="polygon"),
        pytest.param(MULTI, 2, id="several"),
        pytest.param({"type": "Feature", "properties": {}, "geometry": POLYGON}, 1, id="feature"),
        pytest.param(
            {"type": "FeatureCollection", "features": [{"geometry": POLYGON}, {"geometry": MULTI}]}, 3, id="collection"
        ),
        pytest.param({"type": "Polygon", "coordinates": [[[*p, 12.5] for p in RING]]}, 1, id="with heights"),
    ],
)
def test_it_is_read_in_each_form(written: dict[str, Any], shapes: int) -> None:
    assert geometry_of(written) == {"type": "MultiPolygon", "coordinates": [[RING]] * shapes}


@pytest.mark.parametrize(
    ("written", "where"),
    [
        ({}, "polygon:"),
        ({"type": "Point", "coordinates": [1, 2]}, "polygon:"),
        ({"type": "Feature"}, "polygon.geometry:"),
        ({"type": "FeatureCollection", "features": []}, "polygon.features:"),
        ({"type": "FeatureCollection", "features": [3]}, "polygon.features[0].geometry:"),
        ({"type": "Polygon"}, "polygon.coordinates:"),
        ({"type": "Polygon", "coordinates": [[]]}, "polygon.coordinates[0]:"),
        ({"type": "Polygon", "coordinates": [RING[:3]]}, "polygon.coordinates[0]:"),
        ({"type": "Polygon", "coordinates": [[*RING[:3], [5.2, 43.0]]]}, "polygon.coordinates[0]:"),
        ({"type": "Polygon", "coordinates": [[[5.0, "43"], *RING[1:]]]}, "polygon.coordinates[0][0]:"),
        ({"type": "Polygon", "coordinates": [[[5.0, True], *RING[1:]]]}, "polygon.coordinates[0][0]:"),
        ({"type": "Polygon", "coordinates": [[RING[0], [5.0, 143.0], *RING[2:]]]}, "polygon.coordinates[0][1]:"),
        ({"type": "MultiPolygon", "coordinates": [[RING], []]}, "polygon.coordinates[1]:"),
        ({"type": "Polygon", "coordinates": [[RING[0]] * 30_000]}, "polygon:"),
    ],
)
def test_a_fault_says_where_it_is(written: dict[str, Any], where: str) -> None:
    with pytest.raises(BadPolygon) as caught:
        geometry_of(written)
    assert str(caught.value).startswith(f"{where} ")
