"""Those who run Vigie hear by mail that changed files of lighting are wrong."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from services.notifier.domain.composing.composing import Composer
from services.notifier.use_cases.tell_files_refused import take_files_refused
from shared.model.files import FilesRefused
from shared.runtime.database import Database


def test_each_of_the_fallback_team_hears_once_of_the_same_files(
    database: Database, composer: Composer, received: Any, rows: Any, start: datetime
) -> None:
    refused = FilesRefused(digest="d1", problems=("limits.yaml:4:10 no class 'P7'",), more=2, at=start)
    # Two replicas looked at the same files, and the bus brought one message twice.
    for batch in ([refused], [refused, refused]):
        take_files_refused(database, composer, received(*batch), start)
    (mail,) = rows("notification")
    assert mail["recipient"] == "Exploitation, plateforme"
    assert mail["subject"] == "[configuration] éclairage, dossier lighting/ : modification refusée"
    assert "- limits.yaml:4:10 no class 'P7'\n- et 2 autres\n" in mail["body"]
    take_files_refused(database, composer, received(FilesRefused(digest="d2", problems=("x",), at=start)), start)
    assert len(rows("notification")) == 2
