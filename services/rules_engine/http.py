"""The rules over HTTP, for whoever shows the operator's key: put into force, take back, look at what was."""

from __future__ import annotations

import re
from typing import Any, Final

import msgspec
from flask import Blueprint, Response, request
from werkzeug.exceptions import BadRequest

from services.rules_engine.domain.applying import NoReason, Reason, RevisionChanged, Wanted
from services.rules_engine.domain.rule_files import NoRuleFiles
from shared.errors import DidNotEnd, InputError, NotReady, VigieError
from shared.runtime.operators import acting, answered, asked, require_operator, wrong_shape
from shared.runtime.web import worker

routes: Final = Blueprint("rules_engine", __name__, url_prefix="/v1/rules")
routes.before_request(require_operator)
routes.register_error_handler(msgspec.ValidationError, wrong_shape)

_MOST: Final = 500
_LIMIT: Final = re.compile(r"[0-9]{1,4}")


class _RollBack(msgspec.Struct, forbid_unknown_fields=True):
    revision: int
    reason: Reason
    expected_revision: int | None = None
    dry_run: bool = False


class _Release(msgspec.Struct, forbid_unknown_fields=True):
    rule: str
    reason: Reason


@routes.post("/apply")
def apply() -> Response:
    """Put files of rules into force, all or nothing."""
    wanted = asked(Wanted)
    return _done(worker().apply(acting(), msgspec.to_builtins(wanted)))


@routes.post("/rollback")
def roll_back() -> Response:
    """Put an older revision into force again."""
    wanted = asked(_RollBack)
    done = worker().roll_back(acting(), wanted.revision, wanted.reason, wanted.expected_revision, wanted.dry_run)
    return _done(done)


@routes.post("/release")
def release() -> Response:
    """Let a rule decide again that was set aside because it failed."""
    wanted = asked(_Release)
    if not wanted.reason.strip():
        raise NoReason
    worker().release(wanted.rule, acting(), wanted.reason)
    return answered({"released": wanted.rule})


@routes.get("/revisions")
def revisions() -> Response:
    """The newest revisions; ``?limit=``."""
    limit = request.args.get("limit", "20")
    if not _LIMIT.fullmatch(limit) or not 0 < int(limit) <= _MOST:
        raise BadRequest(f"limit: 1 to {_MOST}")
    return answered(worker().revisions(int(limit)))


@routes.get("/revisions/<int:revision>")
def revision_files(revision: int) -> Response:
    """The files of a revision."""
    return answered(worker().revision_files(revision))


@routes.get("/difference/<int:before>/<int:after>")
def difference(before: int, after: int) -> Response:
    """What a revision changed in another, in words."""
    return answered(worker().difference(before, after))


@routes.errorhandler(RevisionChanged)
def revision_changed(error: RevisionChanged) -> tuple[dict[str, Any], int]:
    """Someone else was faster."""
    return {"error": "RevisionChanged", "detail": str(error)}, 409


@routes.errorhandler(NoReason)
@routes.errorhandler(NoRuleFiles)
def not_to_be_done(error: InputError) -> tuple[dict[str, Any], int]:
    """The shape is right, what is asked for is not."""
    return {"error": type(error).__name__, "detail": str(error)}, 422


@routes.errorhandler(NotReady)
@routes.errorhandler(DidNotEnd)
def not_ready(error: VigieError) -> tuple[dict[str, Any], int, dict[str, str]]:
    """The registry has not spoken yet, or judging took too long."""
    return {"error": "not ready", "detail": str(error)}, 503, {"Retry-After": "5"}


def _done(done: dict[str, Any]) -> Response:
    return answered(done, 422 if done["outcome"] == "refused" else 200)
