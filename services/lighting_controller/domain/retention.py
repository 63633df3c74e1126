"""How long the controller keeps what it kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

COURSE_KEPT: Final = timedelta(days=40)
"""What luminaires did, and the orders of that time: a month of nights to draw, and some days to ask about it."""

FAULTS_KEPT: Final = timedelta(days=400)
"""What was wrong with luminaires, and messages that could not be dealt with: a year, to see what fails again, and a
month; as long as the notifier keeps what is about people."""

FIGURES_KEPT: Final = timedelta(days=3 * 366)
"""Figures of energy: a year, and the two before to compare it with."""

AUDIT_KEPT: Final = timedelta(days=5 * 366)
"""Who commanded what and why. Claims against a municipality lapse four years after the year in which they arose (law
68-1250, article 1): whoever asks about a dark street in that time gets an answer."""
