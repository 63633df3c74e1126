"""Telemetry's ways in over HTTP."""

from __future__ import annotations

import uuid
from typing import Any, Final

from flask import Blueprint, request
from werkzeug.exceptions import RequestEntityTooLarge

from services.telemetry.domain.claim import Outcome, legible
from services.telemetry.sources import chirpstack, observations_json
from shared.model.rejections import RejectionReason
from shared.runtime.web import MAX_BODY_BYTES, worker

routes: Final = Blueprint("telemetry", __name__, url_prefix="/v1")

_STATUS: Final = {
    RejectionReason.TOO_LARGE: 413,
    RejectionReason.WRONG_KEY: 401,
    RejectionReason.UNKNOWN_DEVICE: 404,
}


@routes.post("/observations")
def post_observations() -> tuple[dict[str, Any], int, dict[str, str]]:
    """One observation or a list of them."""
    return _take(observations_json.read)


@routes.post("/uplinks/chirpstack")
def post_chirpstack() -> tuple[dict[str, Any], int, dict[str, str]]:
    """An event of ChirpStack's HTTP integration; only uplinks carry observations."""
    if request.args.get("event", "up") != "up":
        return {"accepted": 0}, 200, {}
    return _take(chirpstack.read)


def _take(read: Any) -> tuple[dict[str, Any], int, dict[str, str]]:
    trace = legible(request.headers.get("X-Trace-Id", "")[:64]) or str(uuid.uuid4())
    headers = {"X-Trace-Id": trace}
    try:
        body = request.get_data(cache=False)
    except RequestEntityTooLarge:
        return _answer(worker().refuse_too_large(MAX_BODY_BYTES, trace), headers)
    claims, refused = read(body, trace)
    outcome = worker().take(claims, refused, _key(), body)
    if outcome is None:
        detail = "the registry has not spoken yet; send it again in a moment"
        return {"error": "not ready", "detail": detail}, 503, {**headers, "Retry-After": "5"}
    return _answer(outcome, headers)


def _key() -> str | None:
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    return key if scheme == "Bearer" else request.headers.get("X-Device-Key")


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
