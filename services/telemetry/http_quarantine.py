"""The quarantine over HTTP, for whoever shows the operator's key."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from flask import Blueprint, Response, request

from shared.runtime.operators import acting, answered, asked, require_operator, wrong_shape
from shared.runtime.web import worker

routes: Final = Blueprint("quarantine", __name__, url_prefix="/v1/quarantine")
routes.before_request(require_operator)
routes.register_error_handler(msgspec.ValidationError, wrong_shape)


class _Order(msgspec.Struct, forbid_unknown_fields=True):
    reason: str
    ids: list[int] = []
    point: str | None = None
    property: str | None = None
    time: str | None = None

    def arguments(self) -> dict[str, Any]:
        """As the service takes them."""
        return {"actor": acting(), **msgspec.structs.asdict(self)}


@routes.get("")
def waiting() -> Response:
    """What waits for a decision, newest first; ``?point=``, several times, narrows it."""
    return answered(worker().quarantine(request.args.getlist("point") or None, request.args.get("limit", 100, int)))


@routes.post("/release")
def release() -> Response:
    """What is offered is right."""
    return answered(worker().release(**asked(_Order).arguments()))


@routes.post("/discard")
def discard() -> Response:
    """What is stored is right."""
    return answered(worker().discard(**asked(_Order).arguments()))
