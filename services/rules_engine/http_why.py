"""Why and why not over HTTP, for whoever shows the operator's key."""

from __future__ import annotations

import hmac
import re
from typing import Any, Final

import msgspec
from flask import Blueprint, Response, request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Forbidden, Unauthorized

from shared.errors import InputError, NotReady
from shared.runtime.web import worker

routes: Final = Blueprint("rules_engine_why", __name__, url_prefix="/v1/rules")

_ID: Final = re.compile(r"[A-Za-z0-9_.:-]+")
_SCHEME: Final = WWWAuthenticate("bearer")


@routes.before_request
def require_operator() -> None:
    """Let only those in who show the operator's key."""
    key = worker().operator_key
    if key is None or not key.reveal():
        raise Forbidden("rules are shut over HTTP: set VIGIE_OPERATOR_KEY or VIGIE_OPERATOR_KEY_FILE for them")
    scheme, _, shown = request.headers.get("Authorization", "").partition(" ")
    if scheme != "Bearer" or not hmac.compare_digest(shown.encode(), key.reveal().encode()):
        raise Unauthorized("show the operator's key: Authorization: Bearer KEY", www_authenticate=_SCHEME)


@routes.get("/why")
def why() -> Response:
    """Why an alert fires or did: ``?alert=`` is its id or the beginning of it; or ``?rule=`` and ``?point=``."""
    if "alert" in request.args:
        return _answer(worker().why(_wanted("alert")))
    return _answer(worker().why(_wanted("rule"), _wanted("point")))


@routes.get("/why-not")
def why_not() -> Response:
    """Why a rule does not fire: ``?rule=``, ``?point=``; ``?at=`` asks of an earlier moment."""
    return _answer(worker().why_not(_wanted("rule"), _wanted("point"), request.args.get("at")))


@routes.errorhandler(NotReady)
def not_ready(error: NotReady) -> tuple[dict[str, str], int, dict[str, str]]:
    """The history can't be had now."""
    return {"error": "not ready", "detail": str(error)}, 503, {"Retry-After": "5"}


def _wanted(name: str) -> str:
    found = request.args.get(name)
    if not found:
        raise InputError(f"say which {name}: ?{name}=...")
    if not _ID.fullmatch(found):
        raise InputError(f"{name}: an id has letters, digits and . : - _")
    return found


def _answer(content: Any) -> Response:
    return Response(msgspec.json.encode(content), mimetype="application/json")
