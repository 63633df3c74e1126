"""Who is on call, over HTTP, for whoever shows the operator's key."""

from __future__ import annotations

import re
from typing import Final

from flask import Blueprint, Response, request

from shared.errors import InputError
from shared.runtime.operators import answered, require_operator
from shared.runtime.web import worker

routes: Final = Blueprint("notifier_on_call", __name__, url_prefix="/v1/on-call")

_ID: Final = re.compile(r"[a-z0-9][a-z0-9._-]*")
_FEW_DAYS: Final = 14


routes.before_request(require_operator)


@routes.get("/who")
def who() -> Response:
    """Who is on call: ``?of=`` is a schedule or a team; ``?at=`` asks of another moment."""
    return answered(worker().who_is_on_call(_wanted(), request.args.get("at")))


@routes.get("/shifts")
def shifts() -> Response:
    """The shifts of ``?of=``, from ``?at=`` on, for ``?days=``."""
    return answered(worker().on_call_shifts(_wanted(), request.args.get("at"), _days()))


@routes.get("/gaps")
def gaps() -> Response:
    """When nobody is on call in the next ``?days=``, of one schedule (``?of=``) or of all."""
    name = _wanted() if "of" in request.args else None
    return answered(worker().on_call_gaps(name, _days()))


def _wanted() -> str:
    found = request.args.get("of", "")
    if not _ID.fullmatch(found):
        raise InputError("say of which schedule or team: ?of=...")
    return found


def _days() -> int:
    text = request.args.get("days", str(_FEW_DAYS))
    if not re.fullmatch(r"[0-9]{1,4}", text):
        raise InputError("days: a whole number")
    return int(text)
