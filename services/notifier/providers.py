"""Gives the notifier's workers what is built at the start: the composer, the judge of receipts, the heartbeat."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import eventlet
from nameko.extensions import DependencyProvider

from services.notifier.channels import carriers
from services.notifier.channels.receipts_twilio import TwilioReceipts
from services.notifier.domain.budgets import Budgets
from services.notifier.domain.composing import Composer
from services.notifier.domain.loading import load_teams
from services.notifier.domain.loading_budgets import load_budgets
from services.notifier.domain.team import Teams
from services.notifier.heartbeat import Heartbeat
from services.notifier.layouts import JinjaLayouts
from services.notifier.remembered_layouts import Remembered
from services.notifier.storage.outbox_messages import OutboxMessages
from shared.runtime.clock import Clock
from shared.runtime.providers import DatabaseProvider, LeasesProvider
from shared.runtime.settings import Secret, Settings

_BEAT_EVERY_S: Final = 60.0


class ComposerProvider(DependencyProvider):
    """Injects the composer. A wrong file or channel stops the start, with every fault named."""

    def setup(self) -> None:
        settings: Settings = self.container.config["settings"]
        shelf = OutboxMessages(self.container.config["open_database"](self.container.service_name))
        file = settings.rules_dir / "teams.yaml"
        teams = load_teams(file.read_text(encoding="utf-8"), str(file))
        self._composer = Composer(
            teams=teams,
            layouts=Remembered(JinjaLayouts(settings.people_url)),
            carriers=carriers(settings, shelf),
            budgets=_budgets(settings.rules_dir / "notifier" / "budgets.yaml", teams),
        )

    def get_dependency(self, worker_ctx: object) -> Composer:
        return self._composer


class TwilioReceiptsProvider(DependencyProvider):
    """Injects the reader of Twilio's receipts."""

    def setup(self) -> None:
        self._receipts = TwilioReceipts.from_settings(self.container.config["settings"])

    def get_dependency(self, worker_ctx: object) -> TwilioReceipts:
        return self._receipts


class HeartbeatProvider(DependencyProvider):
    """Injects the heartbeat, and keeps it going where a watcher is named and the time is real."""

    def setup(self) -> None:
        self._url: Secret | None = self.container.config["settings"].heartbeat_url
        self._heartbeat = Heartbeat(self._url)
        self._thread: Any = None

    def start(self) -> None:
        if self._url is not None and self.container.config["timeline"] is None:
            self._thread = eventlet.spawn(self._beat_for_ever)

    def stop(self) -> None:
        if self._thread is not None:
            self._thread.kill()

    def get_dependency(self, worker_ctx: object) -> Heartbeat:
        return self._heartbeat

    def _beat_for_ever(self) -> None:
        clock: Clock = self.container.config["clock"]
        database = self._sibling(DatabaseProvider).database
        leases = self._sibling(LeasesProvider).leases
        while True:
            eventlet.sleep(_BEAT_EVERY_S)
            self._heartbeat.beat(database, leases, clock.now())

    def _sibling(self, kind: type[Any]) -> Any:
        return next(item for item in self.container.dependencies if isinstance(item, kind))


def _budgets(file: Path, teams: Teams) -> Budgets:
    """What the file says; without it nothing is folded."""
    if not file.exists():
        return Budgets()
    return load_budgets(file.read_text(encoding="utf-8"), str(file), teams.directorates)
