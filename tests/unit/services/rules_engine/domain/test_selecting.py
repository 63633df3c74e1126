from datetime import UTC, datetime

import msgspec
import pytest

from services.rules_engine.domain.rule import Selector
from services.rules_engine.domain.selecting import select


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        pytest.param(Selector("water-level"), ["pont-neuf", "portet"], id="kind"),
        pytest.param(Selector("water-level", area="berges"), ["pont-neuf"], id="area"),
        pytest.param(Selector("water-level", group="stations"), ["portet"], id="group"),
        pytest.param(Selector("water-level", points=("portet", "l1")), ["portet"], id="named-and-of-the-kind"),
        pytest.param(Selector("water-level", tags=("amont",)), ["pont-neuf"], id="tag"),
        pytest.param(Selector("water-level", tags=("amont", "aval")), [], id="all-tags"),
        pytest.param(Selector("water-level", area="berges", group="stations"), [], id="each-part-narrows"),
        pytest.param(Selector("water-level", group="nobody"), [], id="unknown-group-takes-nothing"),
    ],
)
def test_points_taken(inventory, selector, expected):
    assert [point.id for point in select(selector, inventory)] == expected


def test_a_retired_point_is_taken_by_no_rule(inventory):
    retired = tuple(
        msgspec.structs.replace(point, retired=datetime(2022, 1, 1, tzinfo=UTC) if point.id == "portet" else None)
        for point in inventory.points
    )
    left = select(Selector("water-level"), msgspec.structs.replace(inventory, points=retired))
    assert [point.id for point in left] == ["pont-neuf"]
