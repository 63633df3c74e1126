"""What lights used and how a night went, over HTTP, for whoever shows the operator's key."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from flask import Blueprint, Response, request

from services.lighting_controller.domain.energy.energy_table import as_csv
from shared.errors import InputError
from shared.runtime.operators import answered, require_operator
from shared.runtime.web import worker

PREFIXES: Final = ("/v1/lighting/energy", "/v1/lighting/upkeep", "/v1/lighting/night")
routes: Final = Blueprint("lighting_energy", __name__, url_prefix="/v1/lighting")
routes.before_request(require_operator)

_ID: Final = re.compile(r"[a-z0-9][a-z0-9._-]*")
_DAY: Final = re.compile(r"(19[7-9]\d|2\d{3})-\d\d-\d\d")
_NUMBER: Final = re.compile(r"[0-9]{1,5}")
_MOST_LUMINAIRES: Final = 10_000


@routes.get("/energy")
def energy() -> Response:
    """Of ``?group=``, or of the city and each group, in the nights ``?from=`` to ``?to=``; ``?format=csv``."""
    form = request.args.get("format", "json")
    if form not in ("json", "csv"):
        raise InputError("format: json or csv")
    answer = worker().energy(_group(), _day("from"), _day("to"))
    if form == "json":
        return answered(answer)
    name = f"attachment; filename=energy_{answer['first']}_{answer['last']}.csv"
    return Response(as_csv(answer["of"]), mimetype="text/csv", headers={"Content-Disposition": name})


@routes.get("/upkeep")
def upkeep() -> Response:
    """Which luminaires of ``?group=`` come to the end of their life first; ``?limit=``."""
    limit = request.args.get("limit", "100")
    if not _NUMBER.fullmatch(limit) or not 0 < int(limit) <= _MOST_LUMINAIRES:
        raise InputError(f"limit: 1 to {_MOST_LUMINAIRES}")
    return answered(worker().upkeep(_group(), int(limit)))


@routes.get("/night")
def night() -> Response:
    """How ``?night=`` went for ``?group=``: planned, wanted, reported, used."""
    group = _group()
    if group is None:
        raise InputError("dites quel groupe / say which group: ?group=...")
    return answered(worker().night(group, _day("night")))


def _group() -> str | None:
    group = request.args.get("group")
    if group is not None and not _ID.fullmatch(group):
        raise InputError("group: lettres, chiffres et . _ - / letters, digits and . _ -")
    return group


def _day(name: str) -> str | None:
    """A day written 2026-10-24, and in no other of ISO 8601's ways."""
    text = request.args.get(name)
    if text is not None and not _is_day(text):
        raise InputError(f"{name}: un jour, comme / a day, such as 2026-10-24")
    return text


def _is_day(text: str) -> bool:
    try:
        return bool(_DAY.fullmatch(text) and date.fromisoformat(text))
    except ValueError:
        return False
