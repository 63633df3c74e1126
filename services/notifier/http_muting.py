"""Silences, and the answers of the ledger, over HTTP for whoever shows the operator's key."""

from __future__ import annotations

import re
from typing import Any, Final

import msgspec
from flask import Blueprint, Response, request
from werkzeug.exceptions import BadRequest

from services.notifier.domain.muting.silence_wanted import BadSilence, WantedSilence
from shared.errors import InputError
from shared.runtime.operators import acting, answered, asked, require_operator, wrong_shape
from shared.runtime.web import worker

routes: Final = Blueprint("notifier_muting", __name__, url_prefix="/v1/notifier")
routes.before_request(require_operator)
routes.register_error_handler(msgspec.ValidationError, wrong_shape)

_ID: Final = re.compile(r"[A-Za-z0-9_.:-]{1,200}")
_KEY_HEADER: Final = "Idempotency-Key"
_DAYS: Final = re.compile(r"[0-9]{1,3}")


class _End(msgspec.Struct, forbid_unknown_fields=True):
    reason: str = ""


@routes.get("/silences")
def silences() -> Response:
    """Those in force or to come, then the last that are over."""
    return answered(worker().silences())


@routes.post("/silences")
def add() -> Response:
    """Silence alerts; once for each ``Idempotency-Key`` of an actor."""
    return answered(worker().add_silence(acting(), _wanted(), _key()), 201)


@routes.post("/silence-preview")
def preview() -> Response:
    """What a silence would hush; ``?days=`` of the past."""
    days = request.args.get("days", "30")
    if not _DAYS.fullmatch(days):
        raise BadRequest("days: a number")
    return answered(worker().preview_silence(acting(), _wanted(), int(days)))


@routes.get("/silences/<string:name>")
def silence(name: str) -> Response:
    """One silence, with what it holds back."""
    return answered(worker().silence(_id("silence", name)))


@routes.post("/silences/<string:name>/end")
def end(name: str) -> Response:
    """End a silence before its time."""
    why: _End = asked(_End)
    return answered(worker().end_silence(acting(), _id("silence", name), why.reason))


@routes.get("/why-told")
def why_told() -> Response:
    """All that was decided about ``?what=``: the code or id of an incident, or the id of a notification."""
    return answered(worker().why_told(_id("what", request.args.get("what"))))


@routes.get("/why-not-told")
def why_not_told() -> Response:
    """Why ``?person=`` was not told of ``?incident=``, or of ``?rule=&point=``, until ``?at=``."""
    given = {name: request.args.get(name) for name in ("incident", "rule", "point")}
    wanted = {name: _id(name, value) for name, value in given.items() if value is not None}
    person = _id("person", request.args.get("person"))
    return answered(worker().why_not_told(person, **wanted, at=request.args.get("at")))


@routes.errorhandler(BadSilence)
def bad_silence(error: BadSilence) -> tuple[dict[str, Any], int]:
    """The shape is right, what is asked for is not."""
    return {"error": "BadSilence", "detail": str(error)}, 422


def _wanted() -> Any:
    return msgspec.to_builtins(asked(WantedSilence))


def _key() -> str | None:
    key = request.headers.get(_KEY_HEADER)
    if key is not None and not _ID.fullmatch(key):
        raise BadRequest(f"{_KEY_HEADER}: 1 to 200 letters, digits and . : - _")
    return key


def _id(name: str, text: str | None) -> str:
    if not text:
        raise InputError(f"say which {name}: ?{name}=...")
    if not _ID.fullmatch(text):
        raise InputError(f"{name}: an id has letters, digits and . : - _")
    return text
