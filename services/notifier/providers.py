"""Gives the notifier's workers the people, the layouts, the channels and the judge of receipts, built at the start."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from nameko.extensions import DependencyProvider

from services.notifier.channels import carriers
from services.notifier.channels.receipts_twilio import TwilioReceipts
from services.notifier.domain.composing import Composer
from services.notifier.domain.on_call.schedule import Feed
from services.notifier.layouts import JinjaLayouts
from services.notifier.sources.feeds import fetch
from services.notifier.sources.folder import SUBJECTS, read_people
from services.notifier.storage.outbox_messages import OutboxMessages
from services.notifier.use_cases.fetch_calendars import KnownCalendars
from shared.runtime.settings import Settings


class ComposerProvider(DependencyProvider):
    """Injects the composer, with the calendars of who is on call as they were fetched last.

    A wrong ``teams.yaml``, ``notifier/on-call.yaml`` or channel stops the start, with every fault named.
    """

    def setup(self) -> None:
        settings: Settings = self.container.config["settings"]
        self._database = self.container.config["open_database"](self.container.service_name)
        shelf = OutboxMessages(self._database)
        teams, roster = read_people(settings.rules_dir)
        self._calendars = KnownCalendars(roster, teams.people)
        self._composer = Composer(
            teams=teams,
            layouts=JinjaLayouts(settings.people_url),
            carriers=carriers(settings, shelf),
            roster=roster,
        )

    def get_dependency(self, worker_ctx: object) -> Composer:
        return replace(self._composer, roster=self._calendars.roster(self._database))


class FetchProvider(DependencyProvider):
    """Injects what fetches a calendar; files are looked for beside ``on-call.yaml``."""

    def get_dependency(self, worker_ctx: object) -> Callable[[Feed], str]:
        settings: Settings = self.container.config["settings"]
        return partial(fetch, folder=settings.rules_dir / SUBJECTS)


class TwilioReceiptsProvider(DependencyProvider):
    """Injects the reader of Twilio's receipts."""

    def setup(self) -> None:
        self._receipts = TwilioReceipts.from_settings(self.container.config["settings"])

    def get_dependency(self, worker_ctx: object) -> TwilioReceipts:
        return self._receipts
