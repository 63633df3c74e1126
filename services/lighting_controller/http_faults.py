"""What is wrong with street lights, over HTTP, for whoever shows the operator's key."""

from __future__ import annotations

import re
from typing import Final

from flask import Blueprint, Response, request

from shared.errors import InputError
from shared.runtime.operators import answered, require_operator
from shared.runtime.web import worker

PREFIX: Final = "/v1/lighting/faults"
routes: Final = Blueprint("lighting_faults", __name__, url_prefix=PREFIX)
routes.before_request(require_operator)

_HOURS: Final = re.compile(r"[0-9]{1,5}")
_HOUR_S: Final = 3600.0


@routes.get("")
def faults() -> Response:
    """The faults that stand; with ``?ended_h=`` also those that ended in so many hours."""
    hours = request.args.get("ended_h", "0")
    if not _HOURS.fullmatch(hours):
        raise InputError("ended_h: a whole number of hours, at most 99999")
    return answered(worker().faults(int(hours) * _HOUR_S))
