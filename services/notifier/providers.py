"""Gives the notifier's workers the people, the layouts, the channels and the judge of receipts, built at the start."""

from __future__ import annotations

from pathlib import Path

from nameko.extensions import DependencyProvider

from services.notifier.channels import carriers
from services.notifier.channels.receipts_twilio import TwilioReceipts
from services.notifier.domain.budgets import Budgets
from services.notifier.domain.composing import Composer
from services.notifier.domain.loading import load_teams
from services.notifier.domain.loading_budgets import load_budgets
from services.notifier.domain.team import Teams
from services.notifier.layouts import JinjaLayouts
from services.notifier.storage.outbox_messages import OutboxMessages
from shared.runtime.settings import Settings


class ComposerProvider(DependencyProvider):
    """Injects the composer. A wrong file or channel stops the start, with every fault named."""

    def setup(self) -> None:
        settings: Settings = self.container.config["settings"]
        shelf = OutboxMessages(self.container.config["open_database"](self.container.service_name))
        file = settings.rules_dir / "teams.yaml"
        teams = load_teams(file.read_text(encoding="utf-8"), str(file))
        self._composer = Composer(
            teams=teams,
            layouts=JinjaLayouts(settings.people_url),
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


def _budgets(file: Path, teams: Teams) -> Budgets:
    """What the file says; without it, limits alone."""
    if not file.exists():
        return Budgets()
    return load_budgets(file.read_text(encoding="utf-8"), str(file), teams.directorates)
