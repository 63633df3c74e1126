"""A running city says why a rule did not fire at an earlier moment, by playing again what was observed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from nameko.exceptions import RemoteError

from services.console.posting import Post

POINT = "garonne-toulouse"
RULE = """\
- id: crue
  title: "Garonne haute"
  owner: gemapi
  for_each: {kind: water-level, points: [garonne-toulouse]}
  when: {at_least: [level, 2.50 m]}
  for: 30 min
  until: {below: [level, 2.30 m]}
  severity: yellow
  then:
    - notify: {team: gemapi-hydrologie, message: "{point} : {level}."}
"""
