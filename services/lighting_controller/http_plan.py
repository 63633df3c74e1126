"""What the calendars of the lights do through a year, over HTTP, for whoever shows the operator's key."""

from __future__ import annotations

import re
from typing import Final

from flask import Blueprint, Response, request

from shared.errors import InputError
from shared.runtime.operators import answered, require_operator
from shared.runtime.web import worker

PREFIX: Final = "/v1/lighting/plan"
routes: Final = Blueprint("lighting_controller_plan", __name__, url_prefix=PREFIX)

_YEAR: Final = re.compile(r"20[0-9]{2}")


routes.before_request(require_operator)


@routes.get("")
def plan() -> Response:
    """The year of ``?group=``: ``?year=``, by default this one."""
    group, year = request.args.get("group", ""), request.args.get("year")
    if not group:
        raise InputError("say of which group of luminaires: ?group=...")
    if year is not None and not _YEAR.fullmatch(year):
        raise InputError("year: 2000 to 2099")
    return answered(worker().plan(group, None if year is None else int(year)))
