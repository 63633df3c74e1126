"""Why and why not over HTTP, for whoever shows the operator's key."""

from __future__ import annotations

import re
from typing import Final

from flask import Blueprint, Response, request

from shared.errors import InputError, NotReady
from shared.runtime.operators import answered, require_operator
from shared.runtime.web import worker

routes: Final = Blueprint("rules_engine_why", __name__, url_prefix="/v1/rules")

_ID: Final = re.compile(r"[A-Za-z0-9_.:-]+")
_CODE: Final = re.compile(r"[Vv]-[0-9A-Za-z]{4}")

routes.before_request(require_operator)


@routes.get("/why")
def why() -> Response:
    """Why an alert fires or did: ``?alert=`` is its id or the beginning of it; or ``?rule=`` and ``?point=``."""
    if "alert" in request.args:
        return answered(worker().why(_wanted("alert")))
    return answered(worker().why(_wanted("rule"), _wanted("point")))


@routes.get("/why-not")
def why_not() -> Response:
    """Why a rule does not fire: ``?rule=``, ``?point=``; ``?at=`` asks of an earlier moment."""
    return answered(worker().why_not(_wanted("rule"), _wanted("point"), request.args.get("at")))


@routes.get("/incidents/<code>")
def incident(code: str) -> Response:
    """The alerts that people were told of under a code, so that whoever has the code only can ask why."""
    if not _CODE.fullmatch(code):
        raise InputError(
            f"'{code[:40]}' n'est pas le code d'un incident, comme V-7K3Q / is no code of an incident, such as V-7K3Q"
        )
    return answered(worker().incident(code.upper()))


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
