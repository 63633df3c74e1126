"""What carries notices, and who is texted no more, over HTTP for whoever shows the operator's key."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response

from shared.runtime.operators import answered, require_operator
from shared.runtime.web import worker

routes: Final = Blueprint("notifier_reaching", __name__, url_prefix="/v1/notifier")
routes.before_request(require_operator)


@routes.get("/carriers")
def carriers() -> Response:
    """The channels of each medium, in order, and which of them are in trouble."""
    return answered(worker().carriers())


@routes.get("/opt-outs")
def opt_outs() -> Response:
    """Who is texted no more, the oldest first; nobody's number is in it."""
    return answered(worker().opt_outs())
