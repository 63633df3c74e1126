"""Street lights over HTTP: their state, overrides for whoever shows the operator's key, emergencies for two keys."""

from __future__ import annotations

import re
from typing import Any, Final

import msgspec
from flask import Blueprint, Response, request

from services.lighting_controller.domain.orders.order_wanted import (
    BadOrder,
    KeyTaken,
    WantedEmergency,
    WantedOverride,
    WantedRenewal,
)
from shared.errors import InputError
from shared.runtime.operators import (
    acting,
    acting_in_emergency,
    answered,
    asked,
    require_emergency,
    require_operator,
    wrong_shape,
)
from shared.runtime.web import worker

routes: Final = Blueprint("lighting_controller", __name__, url_prefix="/v1/lighting")
routes.register_error_handler(msgspec.ValidationError, wrong_shape)

PREFIX: Final = "/v1/lighting"
_ID: Final = re.compile(r"[A-Za-z0-9_.:-]{1,400}")
_LONGEST_REASON: Final = 500
_EMERGENCY: Final = f"{PREFIX}/emergenc"


class _Resume(msgspec.Struct, forbid_unknown_fields=True):
    group: str
    reason: str = ""


@routes.before_request
def let_in() -> None:
    """The key for emergencies opens what is about emergencies, and no more."""
    if request.path.startswith(_EMERGENCY):
        require_emergency()
    else:
        require_operator()


@routes.get("/state")
def state() -> Response:
    """The groups with their luminaires: what is planned, wanted, reported; ``?group=`` one of them."""
    group = request.args.get("group")
    return answered(worker().state(None if group is None else _id("group", group))["groups"])


@routes.get("/overrides")
def overrides() -> Response:
    """Those that stand."""
    return answered(worker().overrides()["overrides"])


@routes.post("/overrides")
def override() -> Response:
    """Begin one; without a level, resume."""
    done = worker().override(acting(), _wanted(WantedOverride))
    return answered(done, 201 if done["override"] and not done["repeated"] else 200)


@routes.post("/override-preview")
def preview_override() -> Response:
    """What one would change."""
    return answered(worker().preview_override(acting(), _wanted(WantedOverride)))


@routes.delete("/overrides/<string:name>")
def end_override(name: str) -> Response:
    """End one person's override; ``?reason=`` for the audit."""
    return answered(worker().end_override(acting(), _id("override", name), _reason()))


@routes.post("/resume")
def resume() -> Response:
    """End all that persons overrode of a group."""
    wanted: _Resume = asked(_Resume)
    return answered(worker().resume(acting(), _id("group", wanted.group), _checked(wanted.reason)))


@routes.get("/emergencies")
def emergencies() -> Response:
    """Those that stand or are to come."""
    return answered(worker().overrides()["emergencies"])


@routes.post("/emergencies")
def call() -> Response:
    """Light a part of the city."""
    done = worker().call_emergency(acting_in_emergency(), _wanted(WantedEmergency))
    return answered(done, 200 if done["repeated"] else 201)


@routes.post("/emergency-preview")
def preview_emergency() -> Response:
    """What that would change."""
    return answered(worker().preview_emergency(acting_in_emergency(), _wanted(WantedEmergency)))


@routes.get("/emergencies/<string:name>")
def emergency(name: str) -> Response:
    """One, also when it is over."""
    return answered(worker().emergency(_id("emergency", name)))


@routes.post("/emergencies/<string:name>/renew")
def renew(name: str) -> Response:
    """Let it last longer."""
    wanted = _wanted(WantedRenewal)
    return answered(worker().renew_emergency(acting_in_emergency(), _id("emergency", name), wanted))


@routes.delete("/emergencies/<string:name>")
def end(name: str) -> Response:
    """End it before its time; ``?reason=`` for the audit."""
    return answered(worker().end_emergency(acting_in_emergency(), _id("emergency", name), _reason()))


@routes.errorhandler(BadOrder)
def bad_order(error: BadOrder) -> tuple[dict[str, Any], int]:
    """The shape is right, what is asked for is not: each fault with its field."""
    return {"error": "BadOrder", "detail": str(error), "faults": list(error.faults)}, 422


@routes.errorhandler(KeyTaken)
def key_taken(error: KeyTaken) -> tuple[dict[str, Any], int]:
    """The caller's key stands for another demand."""
    return {"error": "KeyTaken", "detail": str(error)}, 409


def _wanted(shape: type[msgspec.Struct]) -> Any:
    return msgspec.to_builtins(asked(shape))


def _reason() -> str:
    return _checked(request.args.get("reason", ""))


def _checked(reason: str) -> str:
    if len(reason) > _LONGEST_REASON or "\0" in reason:
        raise BadOrder([f"reason: text of up to {_LONGEST_REASON} characters"])
    return reason


def _id(name: str, text: str) -> str:
    if not _ID.fullmatch(text):
        raise InputError(f"{name}: an id has letters, digits and . : - _")
    return text
