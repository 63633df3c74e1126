"""The notifier's way in over HTTP for Twilio: what became of messages and calls, and what people answer."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, request

from services.notifier.channels.calls_twilio import KEYS_PATH, STATUS_PATH
from services.notifier.channels.receipts_twilio import PATH
from services.notifier.channels.replies_twilio import PATH as REPLIES
from services.notifier.channels.replies_twilio import twiml
from shared.runtime.web import worker

routes: Final = Blueprint("notifier", __name__)
_SIGNATURE: Final = "X-Twilio-Signature"

PREFIXES: Final = ("/v1/receipts", "/v1/replies", "/v1/acknowledge", "/v1/incidents")
"""Where the notifier answers, beside other services."""


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


@routes.post(REPLIES)
def post_reply() -> Response:
    """What somebody answered to a text message, handed on by Twilio; what we answer."""
    answer = worker().take_reply(request.form, request.headers.get(_SIGNATURE, ""))
    return Response(twiml(answer), mimetype="text/xml")
