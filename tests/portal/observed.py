"""What telemetry and the registry would answer about any point: a wave of four hours, with a hole and a doubt."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from services.portal.domain.questions import Question

_STEPS = {"quarter-hour": timedelta(minutes=15), "hour": timedelta(hours=1), "day": timedelta(days=1)}


def ask(questions: Sequence[Question]) -> list[Any]:
    """An answer to each question about a point."""
    return [_ANSWERS[question.method](**question.arguments) for question in questions]


def _value(moment: datetime) -> float | None:
    return None if moment.hour == 5 else 2.0 + abs(moment.hour % 8 - 4)


def _history(since: str, until: str, **_others: Any) -> list[dict[str, Any]]:
    times = _times(datetime.fromisoformat(since), datetime.fromisoformat(until), "quarter-hour")
    told = [(at, _value(at)) for at in times]
    doubts = dict.fromkeys(range(0, len(told), 20), "suspect")
    return [
        {"time": at, "value": value, "quality": doubts.get(n, "good")} for n, (at, value) in enumerate(told) if value
    ]


def _series(since: str, until: str, by: str, **_others: Any) -> list[dict[str, Any]]:
    times = _times(datetime.fromisoformat(since), datetime.fromisoformat(until), by)
    return [_bucket(at, at + _STEPS[by]) for at in times]


def _times(since: datetime, until: datetime, by: str) -> list[datetime]:
    return [since + n * _STEPS[by] for n in range(-(-(until - since) // _STEPS[by]))]


def _bucket(since: datetime, until: datetime) -> dict[str, Any]:
    value = _value(since)
    told = dict.fromkeys(("value", "minimum", "maximum"), value)
    return {"since": since, "until": until, "count": 0 if value is None else 4, **told}


_ANSWERS = {
    "history": _history,
    "series": _series,
    "indicators": lambda **_: [],
    "heard": lambda **_: [],
}
