"""What schemathesis has to be told of the city beside its description."""

from __future__ import annotations

from typing import Any, Final

import schemathesis

_READ_EVENTS: Final = (None, "up", "status")


@schemathesis.serializer("text/csv")
def write_csv(_context: Any, value: Any) -> bytes:
    """A table is sent as it is written."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")


@schemathesis.hook
def filter_failure(context: Any, failure: Any, case: Any, response: Any) -> bool:
    """Whether it counts: some things are meant that no description can say."""
    name = type(failure).__name__
    if name == "RejectedPositiveData":
        # A schema knows nothing within a table, nor what its options mean, nor what a known device may say.
        is_table = case.media_type == "text/csv" or "zone" in (case.query or {})
        return not (is_table or _is_of_the_device(response) or _is_half_a_question(case))
    if name == "AcceptedNegativeData" and case.path.endswith("/chirpstack"):
        # Of events that say nothing of a sensor the body is not looked at.
        return (case.query or {}).get("event") in _READ_EVENTS
    return True


def _is_half_a_question(case: Any) -> bool:
    """Whether neither an alert nor a rule with a point is named, or a moment that nobody can have seen."""
    query = set(case.query or {})
    if case.path == "/v1/rules/why":
        return "alert" not in query and not {"rule", "point"} <= query
    if case.path == "/v1/notifier/why-not-told":
        return "at" in query or not ("incident" in query or {"rule", "point"} <= query)
    # What may be muted, by whom and until when, is written in texts.
    is_silence = case.method == "POST" and case.path in ("/v1/notifier/silences", "/v1/notifier/silence-preview")
    return is_silence or (case.path == "/v1/rules/why-not" and "at" in query)


def _is_of_the_device(response: Any) -> bool:
    """Whether it could be read, and was refused for what it says of a device."""
    told = response.json()
    reasons = [item["reason"] for item in told.get("rejected", ())] if isinstance(told, dict) else []
    return bool(reasons) and "unreadable" not in reasons
