"""The registry over HTTP, for whoever shows the operator's key: import, export, what is done in the street."""

from __future__ import annotations

import hmac
import re
from typing import Any, Final

import msgspec
from flask import Blueprint, Response, request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import BadRequest, Forbidden, Unauthorized

from services.device_registry.domain.exchange.faults import RevisionChanged
from shared.errors import ProblemsFound
from shared.runtime.web import worker

routes: Final = Blueprint("device_registry", __name__, url_prefix="/v1/registry")

_ACTOR: Final = re.compile(r"[\w.:-]{1,64}")
_OPERATOR: Final = "operator"
_SCHEME: Final = WWWAuthenticate("bearer")
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


@routes.before_request
def require_operator() -> None:
    """Let only those in who show the operator's key."""
    key = worker().operator_key
    if key is None or not key.reveal():
        raise Forbidden("the registry is shut over HTTP: set VIGIE_OPERATOR_KEY or VIGIE_OPERATOR_KEY_FILE for it")
    scheme, _, shown = request.headers.get("Authorization", "").partition(" ")
    if scheme != "Bearer" or not hmac.compare_digest(shown.encode(), key.reveal().encode()):
        raise Unauthorized("show the operator's key: Authorization: Bearer KEY", www_authenticate=_SCHEME)


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
    wanted = _read(_Files)
    return _answer(worker().preview(_actor(), wanted.files, wanted.remove))


@routes.post("/import")
def import_() -> Any:
    """Do what the preview showed."""
    wanted = _read(_Files)
    return _answer(worker().import_files(_actor(), wanted.files, wanted.remove, wanted.expected_revision))


@routes.post("/install")
def install() -> Any:
    """A device comes to stand at a point."""
    wanted = _read(_Install)
    return _answer(worker().install(_actor(), wanted.point, wanted.device, wanted.since))


@routes.post("/swap")
def swap() -> Any:
    """Another device takes the old one's place."""
    wanted = _read(_Swap)
    return _answer(worker().swap(_actor(), wanted.point, wanted.old, wanted.device, wanted.at))


@routes.post("/retire")
def retire() -> Any:
    """A device is taken away, or a point is observed no more."""
    wanted = _read(_Retire)
    return _answer(worker().retire(_actor(), wanted.device, wanted.point, wanted.at))


@routes.get("/heard")
def heard() -> Any:
    """When devices were last heard; ``?point=`` and ``?device=``, each several times, narrow it."""
    points, devices = request.args.getlist("point"), request.args.getlist("device")
    return _answer(worker().heard(points or None, devices or None))


@routes.get("/keys")
def keys() -> Any:
    """Whose keys there are."""
    return _answer(worker().keys())


@routes.post("/revoke")
def revoke() -> Any:
    """A key sends nothing any more."""
    return _answer({"revision": worker().revoke_key(_actor(), _read(_Revoke).key)})


@routes.errorhandler(ProblemsFound)
def problems_found(error: ProblemsFound) -> tuple[dict[str, Any], int]:
    """All problems, each with its place and hint."""
    problems = msgspec.to_builtins(error.problems)
    return {"error": "ProblemsFound", "detail": str(error), "problems": problems}, 422


@routes.errorhandler(RevisionChanged)
def revision_changed(error: RevisionChanged) -> tuple[dict[str, Any], int]:
    """Someone else was faster."""
    return {"error": "RevisionChanged", "detail": str(error)}, 409


@routes.errorhandler(msgspec.ValidationError)
def wrong_shape(error: msgspec.ValidationError) -> tuple[dict[str, Any], int]:
    """The body is JSON of another shape."""
    return {"error": "ValidationError", "detail": str(error)}, 400


def _read(shape: type[Any]) -> Any:
    try:
        return msgspec.json.decode(request.get_data(cache=False), type=shape)
    except msgspec.ValidationError:
        raise
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadRequest(f"the body is no JSON: {error}") from error


def _actor() -> dict[str, Any]:
    """Who says to do it, for the audit; whoever it is, nobody but an operator."""
    name = request.headers.get("X-Vigie-Actor", _OPERATOR)
    if not _ACTOR.fullmatch(name):
        raise BadRequest("X-Vigie-Actor: up to 64 letters, digits and . : - _")
    return {"id": name if name.partition(":")[0] == _OPERATOR else f"{_OPERATOR}:{name}"}


def _answer(content: Any) -> Response:
    return Response(msgspec.json.encode(content), mimetype="application/json")
