"""One notice of lights that used up their time, not two."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from services.notifier.domain.delivering.notification import Kind, Notification
from services.notifier.domain.incidents.superseding import Succession, successor
from shared.model.incidents import NotificationState as State

USED, AGAIN = Kind.OVERRIDE_USED_UP, Kind.OVERRIDE_GRANTED_AGAIN


@pytest.mark.parametrize(
    ("before", "notice", "expected"),
    [
        pytest.param(None, {"kind": USED}, Succession.NEW, id="first"),
        pytest.param({"kind": USED}, {"kind": USED}, Succession.NOTHING_NEW, id="the-same-twice"),
        pytest.param({"kind": USED}, {"kind": AGAIN}, Succession.IN_ITS_PLACE, id="not-gone-out-yet"),
        pytest.param({"kind": USED, "attempts": 1}, {"kind": AGAIN}, Succession.AFTER_IT, id="attempted"),
        pytest.param({"kind": USED, "state": State.SENT}, {"kind": AGAIN}, Succession.AFTER_IT, id="sent"),
        pytest.param({"kind": AGAIN}, {"kind": USED}, Succession.NOTHING_NEW, id="other-way-round"),
    ],
)
def test_a_notice_follows_another_of_its_id(
    notification_of: Callable[..., Notification],
    before: dict[str, object] | None,
    notice: dict[str, object],
    expected: Succession,
) -> None:
    stored = None if before is None else notification_of(**before)
    found = successor(stored, notification_of(**notice))
    assert found.succession is expected
    assert (found.notification.id != "n-1") is (expected is Succession.AFTER_IT)
