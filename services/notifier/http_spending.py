"""What messages cost, over HTTP, for whoever shows the operator's key."""

from __future__ import annotations

import re
from typing import Final

from flask import Blueprint, Response, request
from werkzeug.exceptions import BadRequest

from shared.runtime.operators import answered, require_operator
from shared.runtime.web import worker

PREFIX: Final = "/v1/spending"
routes: Final = Blueprint("spending", __name__, url_prefix=PREFIX)
routes.before_request(require_operator)

_MONTH: Final = re.compile(r"(19[7-9][0-9]|[2-8][0-9]{3})-(0[1-9]|1[0-2])")


@routes.get("")
def spending() -> Response:
    """What each directorate spent in a month, Paris's; ``?month=2026-11``, by default the present one."""
    month = request.args.get("month")
    if month is not None and not _MONTH.fullmatch(month):
        raise BadRequest("month: such as 2026-11")
    return answered(worker().spending(month))
