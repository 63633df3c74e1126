"""The registry over HTTP, for whoever shows the operator's key: import, export, what is done in the street."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from flask import Blueprint, Response, request

from services.device_registry.domain.exchange.faults import RevisionChanged
from shared.errors import ProblemsFound
from shared.runtime.operators import acting, answered, asked, problems_found, require_operator, wrong_shape
from shared.runtime.web import worker

routes: Final = Blueprint("device_registry", __name__, url_prefix="/v1/registry")
routes.before_request(require_operator)
routes.register_error_handler(ProblemsFound, problems_found)
routes.register_error_handler(msgspec.ValidationError, wrong_shape)

_MEDIA: Final = {"csv": "text/csv", "csv-fr": "text/csv", "geojson": "application/geo+json"}


class _Files(msgspec.Struct, forbid_unknown_fields=True):
    files: list[dict[str, Any]]
    remove: bool = False
    expected_revision: int | None = None


class _Install(msgspec.Struct, forbid_unknown_fields=True):
    point: str
    device: dict[str, Any]
    since: str | None = None


class _Swap(msgspec.Struct, forbid_unknown_fields=True):
    point: str
    old: str
    device: dict[str, Any]
    at: str | None = None


class _Retire(msgspec.Struct, forbid_unknown_fields=True):
    device: str | None = None
    point: str | None = None
    at: str | None = None


class _Revoke(msgspec.Struct, forbid_unknown_fields=True):
    key: str


@routes.get("/export/<sort>")
def export(sort: str) -> Response:
    """One sort of things as a file: ``?form=csv``, ``csv-fr`` or ``geojson``."""
    form = request.args.get("form", "csv")
    text = worker().export(sort, form)
    name = f"{sort}.{'geojson' if form == 'geojson' else 'csv'}"
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text, mimetype=_MEDIA[form], headers=disposition)


@routes.post("/preview")
def preview() -> Any:
    """What an import would do, and all the problems of its files."""
    wanted = asked(_Files)
    return answered(worker().preview(acting(), wanted.files, wanted.remove))


@routes.post("/import")
def import_() -> Any:
    """Do what the preview showed."""
    wanted = asked(_Files)
    return answered(worker().import_files(acting(), wanted.files, wanted.remove, wanted.expected_revision))


@routes.post("/install")
def install() -> Any:
    """A device comes to stand at a point."""
    wanted = asked(_Install)
    return answered(worker().install(acting(), wanted.point, wanted.device, wanted.since))


@routes.post("/swap")
def swap() -> Any:
    """Another device takes the old one's place."""
    wanted = asked(_Swap)
    return answered(worker().swap(acting(), wanted.point, wanted.old, wanted.device, wanted.at))


@routes.post("/retire")
def retire() -> Any:
    """A device is taken away, or a point is observed no more."""
    wanted = asked(_Retire)
    return answered(worker().retire(acting(), wanted.device, wanted.point, wanted.at))


@routes.get("/heard")
def heard() -> Any:
    """When devices were last heard; ``?point=`` and ``?device=``, each several times, narrow it."""
    points, devices = request.args.getlist("point"), request.args.getlist("device")
    return answered(worker().heard(points or None, devices or None))


@routes.get("/keys")
def keys() -> Any:
    """Whose keys there are."""
    return answered(worker().keys())


@routes.post("/revoke")
def revoke() -> Any:
    """A key sends nothing any more."""
    return answered({"revision": worker().revoke_key(acting(), asked(_Revoke).key)})


@routes.errorhandler(RevisionChanged)
def revision_changed(error: RevisionChanged) -> tuple[dict[str, Any], int]:
    """Someone else was faster."""
    return {"error": "RevisionChanged", "detail": str(error)}, 409
