"""The notifier's way in over HTTP: receipts."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, request

from services.notifier.channels.receipts_twilio import PATH
from shared.runtime.web import worker

routes: Final = Blueprint("notifier", __name__)


@routes.post(PATH)
def post_twilio() -> tuple[str, int]:
    """What became of a text message, told by Twilio."""
    worker().take_receipt(request.form, request.headers.get("X-Twilio-Signature", ""))
    return "", 204
