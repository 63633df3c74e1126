"""The guide names all that a rule may say, and nothing that doesn't exist: words, operators, units, kinds, commands, places."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import typer.main

from services.console.application import application
from services.rules_engine.domain import checks, templating
from services.rules_engine.domain.checks.check import NOT_CHECKED
from services.rules_engine.domain.durations import in_words
from services.rules_engine.domain.inputs.calendar import SUN, WEEKDAYS
from services.rules_engine.domain.inputs.history import QUALITIES
from services.rules_engine.domain.operators import NAMES, members
from services.rules_engine.domain.periods import NAMES as PERIODS
from services.rules_engine.domain.placeholders import GENERAL, OF_GROUP, OF_PROPERTY, OF_VALUE
from services.rules_engine.domain.reading import LEVEL, RULE
from services.rules_engine.domain.reading_actions import LIGHT, NOTIFY
from services.rules_engine.domain.rule import Grouping, Severity, WhenUnknown, Where
from services.rules_engine.domain.selectors import NARROWING
from shared import units
from shared.model.alerts import Criticality
from tests.guide import MAIN, PAGES, ROOT, blocks_of, codes, tables_of, text_of
from tests.guide_rules import inventory

CODES = [code for page in PAGES for line in _outside_blocks(page) for code in codes(line)]  # noqa: F821
