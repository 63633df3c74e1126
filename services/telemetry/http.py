"""Telemetry's ways in over HTTP."""

from __future__ import annotations

import uuid
from typing import Any, Final

from flask import Blueprint, Response, request
from werkzeug.exceptions import RequestEntityTooLarge

from services.telemetry.domain.claim import Claim, Outcome, Rejection, legible
from services.telemetry.domain.directory import Proof
from services.telemetry.sources import chirpstack, csv_history, observations_json, things_stack
from shared.http_api import description
from shared.model.rejections import RejectionReason
from shared.runtime.web import MAX_BODY_BYTES, worker

routes: Final = Blueprint("telemetry", __name__, url_prefix="/v1")

_STATUS: Final = {
    RejectionReason.TOO_LARGE: 413,
    RejectionReason.WRONG_KEY: 401,
    RejectionReason.UNKNOWN_DEVICE: 404,
}
_OF_THE_SENDER: Final = frozenset({RejectionReason.UNREADABLE, RejectionReason.TOO_LARGE, RejectionReason.WRONG_KEY})
"""What the sender itself can mend; anything else is about one device."""


@routes.post("/observations")
def post_observations() -> tuple[dict[str, Any], int, dict[str, str]]:
    """One observation or a list of them; as ``text/csv``, a table of them (``?zone=``, ``?device=``, ``?columns=``)."""
    if request.mimetype == "text/csv":
        return _take_table(csv_history.Body(csv_history.layout(request.args)))
    return _take(observations_json.read)


@routes.post("/uplinks/chirpstack")
def post_chirpstack() -> tuple[dict[str, Any], int, dict[str, str]]:
    """An event of ChirpStack's HTTP integration; ``?event=`` says which, and only two say something of a sensor."""
    return _take_webhook(chirpstack.EVENTS.get(request.args.get("event", "up"), _pass_over))


@routes.post("/uplinks/things-stack")
def post_things_stack() -> tuple[dict[str, Any], int, dict[str, str]]:
    """A message of The Things Stack's webhooks, of any sort; only uplinks say something of a sensor."""
    return _take_webhook(things_stack.read)


@routes.get("/openapi.json")
def get_description() -> Response:
    """What the whole city answers over HTTP."""
    return Response(description(), mimetype="application/json")


def _pass_over(_body: bytes, _trace: str) -> tuple[list[Claim], list[Rejection]]:
    """Nothing is read; a wrong key is told all the same."""
    return [], []


def _take_webhook(read: Any) -> tuple[dict[str, Any], int, dict[str, str]]:
    """As ``_take``, but what is wrong with one device alone is no error.

    A network server that is answered errors takes the way for broken and stops sending, for all devices.
    """
    body, status, headers = _take(read)
    alone = all(item["reason"] not in _OF_THE_SENDER for item in body.get("rejected", ()))
    return body, 202 if alone and 400 <= status < 500 else status, headers


def _take_table(table: csv_history.Body) -> tuple[dict[str, Any], int, dict[str, str]]:
    """As ``_take``; people who look at a table want lines named, and not positions."""
    body, status, headers = _take(table.read)
    for item in body.get("rejected", ()):
        if item["index"] is not None:
            item["detail"] = f"line {table.lines[item['index']]}: {item['detail']}"
        del item["index"]
    return body, status, headers


def _take(read: Any) -> tuple[dict[str, Any], int, dict[str, str]]:
    trace = legible(request.headers.get("X-Trace-Id", "")[:64]) or str(uuid.uuid4())
    headers = {"X-Trace-Id": trace}
    try:
        body = request.get_data(cache=False)
    except RequestEntityTooLarge:
        return _answer(worker().refuse_too_large(MAX_BODY_BYTES, trace), headers)
    claims, refused = read(body, trace)
    outcome = worker().take(claims, refused, _proof(body), body)
    if outcome is None:
        detail = "the registry has not spoken yet; send it again in a moment"
        return {"error": "not ready", "detail": detail}, 503, {**headers, "Retry-After": "5"}
    return _answer(outcome, headers)


def _proof(body: bytes) -> Proof:
    """A signature, where there is one, decides alone; else a key does."""
    method, _, signature = request.headers.get("X-Vigie-Signature", "").partition("=")
    if method:
        identifier = request.headers.get("X-Vigie-Key-Id", "")
        said = signature if method == "sha256" else ""
        return lambda directory: directory.credential_of_signature(identifier, said, body)
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    found = key if scheme == "Bearer" else request.headers.get("X-Device-Key")
    return lambda directory: directory.credential(found)


def _answer(outcome: Outcome, headers: dict[str, str]) -> tuple[dict[str, Any], int, dict[str, str]]:
    """2xx once stored; a client error only if nothing of the request could be taken."""
    taken = outcome.accepted + outcome.duplicates + outcome.quarantined
    body = {
        "accepted": outcome.accepted,
        "duplicates": outcome.duplicates,
        "quarantined": outcome.quarantined,
        "rejected": [
            {"index": item.index, "device": item.device, "reason": item.reason, "detail": item.detail}
            for item in outcome.rejections
        ],
    }
    if not outcome.rejections:
        return body, 200, headers
    status = 207 if taken else _STATUS.get(outcome.rejections[0].reason, 400)
    return body, status, headers
