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
