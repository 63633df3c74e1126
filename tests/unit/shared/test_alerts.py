"""What the rules engine says of alerts, as versions before and after it read each other."""

from __future__ import annotations

import json

import pytest

from shared.model.alerts import AlertChanged
from shared.model.message import decode, encode
from tests.alerts import firing_alert


def test_a_message_of_before_is_of_one_point_and_no_change() -> None:
    written = json.loads(encode(firing_alert()))
    for name in ("was", "points"):
        del written[name]
    assert decode(json.dumps(written).encode(), AlertChanged) == firing_alert(was=None, points=())


@pytest.mark.parametrize(
    "said", [{"was": "yellow", "severity": "red"}, {"point": "area:huveaune", "points": ("aubagne", "gemenos")}]
)
def test_what_is_said_comes_back(said: dict[str, object]) -> None:
    alert = firing_alert(**said)
    assert decode(encode(alert), AlertChanged) == alert
