"""The way to the luminaires as one process has it: the driver, what it has heard, and how fast it may send."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from services.lighting_controller.domain.commanding.driver import Bundles, Driver, FailSafe
from services.lighting_controller.domain.commanding.pacing import Paces
from services.lighting_controller.domain.commanding.watch import Watch
from services.lighting_controller.drivers import WAYS, Read, Way
from services.lighting_controller.followed_lights import InForce
from services.lighting_controller.use_cases.reconsider import reconsider
from services.lighting_controller.use_cases.take_up_control import take_up_control
from services.lighting_controller.use_cases.upload_programmes import Uploaded, upload_programmes
from shared.errors import DeliveryDelayed
from shared.runtime.database import Database

_log: Final = logging.getLogger(__name__)
_BEAT_AGAIN_S: Final = 30.0
_SET_BACK: Final = timedelta(minutes=1)
"""By less a clock is corrected while it runs, and what is due is so much late."""
_LISTENS: Final = timedelta(seconds=3)
_LISTENS_AT_MOST: Final = timedelta(minutes=1)


class Lamps:
    """The driver, and whether this process has heard what the luminaires do.

    Attributes:
        way: how this process reaches them.
        read: reads what they report by themselves; None: they don't.
        paces: how many messages may leave now.
        tells: whether what they do becomes observations.
    """

    def __init__(
        self,
        driver: Driver,
        way: Way = WAYS["simulated"],
        read: Read | None = None,
        *,
        tells: bool = True,
    ) -> None:
        self.driver = driver
        self.way = way
        self.read = read
        pace = way.pace
        if isinstance(driver, Bundles) and pace is not None:
            pace = replace(pace, bundling=driver.bundle)
        self.paces = Paces(driver=pace)
        self.tells = tells
        self._heard = False
        self._lights: InForce | None = None
        self._since: datetime | None = None
        self._listens_until: datetime | None = None
        self._beat_at: datetime | None = None
        self._acted_at: datetime | None = None

    def rest(self) -> None:
        """Another replica commands them; what it did is heard before this one commands again."""
        if self._heard:
            self.driver.rest()
        self._heard, self._since, self._lights = False, None, None

    def took(self, number: int, now: datetime, most: int) -> None:
        """Note a batch of reports: a full one says that more are waiting."""
        if number >= most:
            self._listens_until = now + _LISTENS

    def listens_until(self, now: datetime) -> datetime | None:
        """Reports that waited in the queue are taken before anything is commanded; None: they are.

        Who can't read them all in a minute commands nevertheless.
        """
        if not self.way.reports_come or self._heard:
            return None
        if self._since is None:
            self._since = now
        until = max(self._since + _LISTENS, self._listens_until or self._since)
        return until if now < min(until, self._since + _LISTENS_AT_MOST) else None

    def take_up(self, database: Database, now: datetime, watch: Watch) -> None:
        """Take up control, the first time, after each rest, and when the clock was set back.

        Else whatever is due next would wait until it is that late again, and a city with it.
        """
        is_set_back = self._acted_at is not None and now < self._acted_at - _SET_BACK
        self._acted_at = now
        if is_set_back:
            _log.warning("the clock was set back: control is taken up anew")
            self._beat_at = None
        if is_set_back or not self._heard:
            take_up_control(database, self.driver, now, watch)
            self._heard = True

    def go_by(self, lights: InForce, database: Database, now: datetime) -> None:
        """Go by these files; if they are others than before, everything is looked at again."""
        if lights is self._lights:
            return
        if self._lights is not None:
            reconsider(database, self._lights.calendars, now)
        self.paces = self.paces.renewed(lights.cabinets.gateways.values())
        self._lights = lights

    def upload(self, database: Database, lights: InForce, now: datetime) -> Uploaded | None:
        """Give luminaires that can keep one the programmes that are due, after the commands; None: none can."""
        if not isinstance(self.driver, FailSafe):
            return None
        uploaded = upload_programmes(database, self.driver, lights.calendars, lights.safety, now, self.paces.driver)
        self.paces = replace(self.paces, driver=uploaded.pace)
        return uploaded

    def beat(self, now: datetime) -> datetime | None:
        """Let the luminaires know that the controller is there, if it is time to; when it is again."""
        every = self.way.beat_every
        if every is None or not isinstance(self.driver, FailSafe):
            return None
        # A beat that is due later than one from now was planned before the clock was set back.
        if self._beat_at is None or not now < self._beat_at <= now + every:
            try:
                self.driver.beat(now)
                self._beat_at = now + every
            except DeliveryDelayed as delayed:
                _log.warning("the luminaires don't hear the controller", extra={"why": str(delayed)})
                self._beat_at = now + timedelta(seconds=delayed.retry_after_s or _BEAT_AGAIN_S)
        return self._beat_at
