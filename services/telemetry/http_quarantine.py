"""The quarantine over HTTP, for whoever shows the operator's key."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final

import msgspec
from flask import Blueprint, Response, request
from werkzeug.exceptions import BadRequest

from shared.runtime.operators import acting, answered, asked, require_operator, wrong_shape
from shared.runtime.web import worker

routes: Final = Blueprint("quarantine", __name__, url_prefix="/v1/quarantine")
routes.before_request(require_operator)
routes.register_error_handler(msgspec.ValidationError, wrong_shape)


_NUMBER: Final = re.compile(r"[0-9]{1,5}")
_LARGEST: Final = 2**53 - 1
"""Up to here every reader of JSON takes a number for the same."""

_MOST: Final = 10_000


class _Order(msgspec.Struct, forbid_unknown_fields=True):
    reason: str
    # JSON knows no whole numbers, and 1.0 is one.
    ids: list[Annotated[float, msgspec.Meta(ge=1, le=_LARGEST, multiple_of=1)]] = []
    point: str | None = None
    property: str | None = None
    time: str | None = None

    def arguments(self) -> dict[str, Any]:
        """As the service takes them."""
        return {**msgspec.structs.asdict(self), "actor": acting(), "ids": [int(item) for item in self.ids]}


@routes.get("")
def waiting() -> Response:
    """What waits for a decision, newest first; ``?point=``, several times, narrows it."""
    limit = request.args.get("limit", "100")
    if not _NUMBER.fullmatch(limit) or not 1 <= int(limit) <= _MOST:
        raise BadRequest(f"limit: a number from 1 to {_MOST}")
    return answered(worker().quarantine(request.args.getlist("point") or None, int(limit)))


@routes.post("/release")
def release() -> Response:
    """What is offered is right."""
    return answered(worker().release(**asked(_Order).arguments()))


@routes.post("/discard")
def discard() -> Response:
    """What is stored is right."""
    return answered(worker().discard(**asked(_Order).arguments()))
