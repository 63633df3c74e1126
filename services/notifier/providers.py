"""Gives the notifier's workers what is built at the start: people, layouts, channels, policies, heartbeat."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Final

import eventlet
from nameko.extensions import DependencyProvider

from services.notifier.channels import carriers
from services.notifier.channels.calls_twilio import TwilioCalls
from services.notifier.channels.receipts_twilio import TwilioReceipts
from services.notifier.channels.replies_twilio import TwilioReplies
from services.notifier.channels.sms_http import secrets_of
from services.notifier.checking_layouts import checked_layouts
from services.notifier.domain.composing.composing import Composer
from services.notifier.domain.delivering.budgets import Budgets
from services.notifier.domain.delivering.loading_budgets import load_budgets
from services.notifier.domain.delivering.loading_channels import WrittenChannels, load_channels
from services.notifier.domain.escalation.escalation import NO_POLICIES, Policies
from services.notifier.domain.escalation.linking import Links
from services.notifier.domain.escalation.loading_escalations import FILE as ESCALATIONS
from services.notifier.domain.escalation.loading_escalations import load_policies
from services.notifier.domain.muting.loading_muting import load_muting
from services.notifier.domain.muting.muting_plan import DEFAULT, MutingPlan
from services.notifier.domain.on_call.schedule import Feed
from services.notifier.domain.people.retention import Retention
from services.notifier.domain.people.team import Teams
from services.notifier.followed_people import FollowedPeople
from services.notifier.heartbeat import Heartbeat
from services.notifier.remembered_layouts import Remembered
from services.notifier.sources.feeds import fetch
from services.notifier.sources.folder import SUBJECTS, read_people
from services.notifier.storage.outbox_messages import OutboxMessages
from services.notifier.storage.secrets import secret
from shared.runtime.clock import Clock
from shared.runtime.database import Database
from shared.runtime.providers import DatabaseProvider, LeasesProvider
from shared.runtime.settings import Secret, Settings

_BEAT_EVERY_S: Final = 60.0


class ComposerProvider(DependencyProvider):
    """Injects the composer, with the people as their files said last, and the calendars of who is on call as they were
    fetched last.

    A wrong ``teams.yaml``, ``notifier/on-call.yaml`` or channel stops the start, with every fault named.
    """

    def setup(self) -> None:
        settings: Settings = self.container.config["settings"]
        self._database = self.container.config["open_database"](self.container.service_name)
        shelf = OutboxMessages(self._database)
        self.people = FollowedPeople(settings.rules_dir, follows=self.container.config.get("timeline") is None)
        self._composer = Composer(
            teams=self.people.teams,
            layouts=Remembered(checked_layouts(settings.people_url, settings.rules_dir)),
            carriers=carriers(settings, shelf, written_channels(settings)),
            budgets=_budgets(settings.rules_dir / "notifier" / "budgets.yaml", self.people.teams),
        )

    def get_dependency(self, worker_ctx: object) -> Composer:
        return replace(self._composer, teams=self.people.teams, roster=self.people.roster(self._database))


class PeopleProvider(DependencyProvider):
    """Injects who looks whether the files of people and schedules were changed, beside ``ComposerProvider``."""

    def get_dependency(self, worker_ctx: object) -> FollowedPeople:
        return next(item.people for item in self.container.dependencies if isinstance(item, ComposerProvider))


class FetchProvider(DependencyProvider):
    """Injects what fetches a calendar; files are looked for beside ``on-call.yaml``."""

    def get_dependency(self, worker_ctx: object) -> Callable[[Feed], str]:
        settings: Settings = self.container.config["settings"]
        return partial(fetch, folder=settings.rules_dir / SUBJECTS)


class MutingPlanProvider(DependencyProvider):
    """Injects what hushes and groups alerts. A wrong ``muting.yaml`` stops the start, with every fault named."""

    def setup(self) -> None:
        file = self.container.config["settings"].rules_dir / "notifier" / "muting.yaml"
        self._plan = load_muting(file.read_text(encoding="utf-8"), str(file)) if file.is_file() else DEFAULT

    def get_dependency(self, worker_ctx: object) -> MutingPlan:
        return self._plan


class RetentionProvider(DependencyProvider):
    """Injects how long is kept what was kept of people."""

    def setup(self) -> None:
        settings: Settings = self.container.config["settings"]
        self._retention = Retention(ledger=settings.ledger_days, addresses=settings.address_days)

    def get_dependency(self, worker_ctx: object) -> Retention:
        return self._retention


def written_channels(settings: Settings) -> WrittenChannels:
    """What ``rules/notifier/channels.yaml`` says, if there is one.

    Raises:
        ProblemsFound: with all problems, each with its place.
    """
    file = settings.rules_dir / "notifier" / "channels.yaml"
    if not file.is_file():
        return WrittenChannels()
    return load_channels(file.read_text(encoding="utf-8"), str(file), secrets_of(settings).keys())


class TwilioCallsProvider(DependencyProvider):
    """Injects the reader of what Twilio tells of calls."""

    def setup(self) -> None:
        self._calls = TwilioCalls.from_settings(self.container.config["settings"])

    def get_dependency(self, worker_ctx: object) -> TwilioCalls:
        return self._calls


class PoliciesProvider(DependencyProvider):
    """Injects the policies of escalation; none without the file. A wrong file stops the start and names every fault."""

    def setup(self) -> None:
        folder = self.container.config["settings"].rules_dir
        file = folder / ESCALATIONS
        self._policies = NO_POLICIES
        if file.exists():
            teams, roster = read_people(folder)
            self._policies = load_policies(
                file.read_text(encoding="utf-8"), str(file), teams, schedules=roster.schedules
            )

    def get_dependency(self, worker_ctx: object) -> Policies:
        return self._policies


class LinksProvider(DependencyProvider):
    """Injects what makes and judges the links in mails; its key comes from the settings, or once from the database."""

    def setup(self) -> None:
        settings: Settings = self.container.config["settings"]
        self._database: Database = self.container.config["open_database"](self.container.service_name)
        self._key = None if settings.link_key is None else settings.link_key.reveal()
        # Where nobody said how people find the city, no mail leads there.
        self._public_url = settings.public_url or ""

    def get_dependency(self, worker_ctx: object) -> Callable[[], Links]:
        return self._links

    def _links(self) -> Links:
        if self._key is None:
            with self._database.transaction() as transaction:
                self._key = secret(transaction, "links")
        return Links(self._key.encode(), self._public_url)


class TwilioRepliesProvider(DependencyProvider):
    """Injects the reader of answers to text messages."""

    def setup(self) -> None:
        self._replies = TwilioReplies.from_settings(self.container.config["settings"])

    def get_dependency(self, worker_ctx: object) -> TwilioReplies:
        return self._replies


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
