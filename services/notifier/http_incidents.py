"""Incidents over HTTP, for whoever shows the operator's key: look, acknowledge, take that back."""

from __future__ import annotations

import re
from typing import Final

import msgspec
from flask import Blueprint, Response, request
from werkzeug.exceptions import BadRequest

from services.notifier.domain.incidents.acknowledging import Way
from shared.runtime.operators import acting, answered, asked, require_operator, wrong_shape
from shared.runtime.web import worker

routes: Final = Blueprint("notifier_incidents", __name__, url_prefix="/v1/incidents")
routes.before_request(require_operator)
routes.register_error_handler(msgspec.ValidationError, wrong_shape)

_MOST: Final = 500
_LIMIT: Final = re.compile(r"[0-9]{1,4}")


class _Acknowledge(msgspec.Struct, forbid_unknown_fields=True):
    """``person``: of the teams, so that others know who takes care; None: whoever shows the key."""

    person: str | None = None
    comment: str = ""


class _Unacknowledge(msgspec.Struct, forbid_unknown_fields=True):
    pass


@routes.get("")
def incidents() -> Response:
    """Open ones first, the newest first; ``?limit=``."""
    limit = request.args.get("limit", "50")
    if not _LIMIT.fullmatch(limit) or not 0 < int(limit) <= _MOST:
        raise BadRequest(f"limit: 1 to {_MOST}")
    return answered(worker().incidents(int(limit)))


@routes.get("/<incident>")
def incident(incident: str) -> Response:
    """One by its id or code, with who was told and all that was decided."""
    return answered(worker().incident_in_full(incident))


@routes.post("/<incident>/acknowledge")
def acknowledge(incident: str) -> Response:
    """Somebody takes care of it."""
    wanted = asked(_Acknowledge)
    if wanted.person is not None:
        worker().require_person(wanted.person)
    person = wanted.person or acting()["id"]
    return answered(worker().take_care(incident, person, Way.COMMAND, wanted.comment))


@routes.post("/<incident>/unacknowledge")
def unacknowledge(incident: str) -> Response:
    """Nobody takes care of it any more."""
    asked(_Unacknowledge)
    return answered(worker().unacknowledge(incident, acting()["id"]))
