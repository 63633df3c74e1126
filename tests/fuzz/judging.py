"""What must hold of every answer, whatever was sent."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any, Final

from shared.model.rejections import RejectionReason
from tests.fuzz.city import Answer

_REASONS: Final = frozenset(reason.value for reason in RejectionReason)
_REFUSED: Final = frozenset({400, 401, 404, 413})
_TAKEN: Final = ("accepted", "duplicates", "quarantined")


class Wrong(AssertionError):
    """An answer that breaks a promise; the text says which."""


def account(answer: Answer) -> Counter[str]:
    """What the answer says became of the uplink, by the names of telemetry's tallies.

    Raises:
        Wrong: the answer says it in no way that is promised.
    """
    content = _content(answer)
    if "error" in content:
        _require(answer.status == 400 and content["detail"], f"an error that is no {answer.status}")
        return Counter({"error": 1})
    _require(set(content) == {*_TAKEN, "rejected"}, f"keys {sorted(content)}")
    reasons = [item["reason"] for item in content["rejected"]]
    _require(_REASONS.issuperset(reasons), f"reasons {set(reasons) - _REASONS}")
    _require(all(item["detail"] for item in content["rejected"]), "a rejection without a word")
    taken = sum(content[name] for name in _TAKEN)
    _require(answer.status in _statuses(taken, bool(reasons)), f"{answer.status} for {content}")
    counted = Counter({name: content[name] for name in _TAKEN[1:]} | {"observations": content["accepted"]})
    return counted + Counter(f"rejected:{reason}" for reason in reasons)


def _content(answer: Answer) -> Any:
    try:
        content = json.loads(answer.body)
    except ValueError as error:
        raise Wrong(f"{answer.status} without JSON: {answer.body[:200]!r}") from error
    _require(isinstance(content, dict), f"{answer.status} with {content!r}")
    return content


def _statuses(taken: int, is_refused: bool) -> frozenset[int]:
    if not is_refused:
        return frozenset({200})
    return frozenset({207}) if taken else _REFUSED | {202}


def _require(holds: object, otherwise: str) -> None:
    if not holds:
        raise Wrong(otherwise)
