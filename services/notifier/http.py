"""The notifier's way in over HTTP: what carriers tell of messages and calls."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, request

from services.notifier.channels.calls_twilio import KEYS_PATH, STATUS_PATH
from services.notifier.channels.receipts_twilio import PATH
from shared.runtime.web import worker

routes: Final = Blueprint("notifier", __name__)
_SIGNATURE: Final = "X-Twilio-Signature"


@routes.post(PATH)
def post_twilio() -> tuple[str, int]:
    """What became of a text message, told by Twilio."""
    worker().take_receipt(request.form, request.headers.get(_SIGNATURE, ""))
    return "", 204


@routes.post(STATUS_PATH)
def post_twilio_call() -> tuple[str, int]:
    """How a call ended, told by Twilio."""
    worker().take_call(request.form, request.headers.get(_SIGNATURE, ""))
    return "", 204


@routes.post(KEYS_PATH)
def post_twilio_key() -> Response:
    """A key that was pressed in a call, told by Twilio, which says then what it is answered."""
    notification = request.args.get("notification", "")
    said: str = worker().take_key(notification, request.form, request.headers.get(_SIGNATURE, ""))
    return Response(said, mimetype="text/xml")
