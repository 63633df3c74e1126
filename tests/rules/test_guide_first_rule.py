"""The first rule of the guide is told, and does in the flood of January 2022, what the guide says."""

from __future__ import annotations

from datetime import date

from services.console.commands.replay import _in_french
from services.console.explained import explained
from services.rules_engine.domain.book import book_of
from services.rules_engine.domain.playing import play
from services.rules_engine.domain.sample import Sample, Seen
from shared.civil_time import PARIS
from shared.units import convert
from tests.guide import MAIN, blocks_of
from tests.guide_rules import checked, inventory
from tests.recorded import rows_of

POINT = "garonne-toulouse"
BLOCKS = list(blocks_of(MAIN))
RULE = next(block.text for block in BLOCKS if block.is_file)


def observed():
    """What the scenario 'crue' plays: five days, in the unit of the kind."""
    for row in rows_of("garonne-toulouse-2022-01"):
        if date(2022, 1, 9) <= row.at.astimezone(PARIS).date() < date(2022, 1, 14):
            yield Seen(POINT, "level", Sample(convert(float(row.cells["hauteur"]), "mm", "m"), row.at))


def told(event):
    change = {"kind": event.transition.kind.value, "at": event.transition.at.isoformat()}
    return _in_french({**change, "rule": event.rule, "point": event.subject})


def test_the_first_rule_fires_and_ends_when_the_guide_says():
    (shown,) = (block.text for block in BLOCKS if "déclenchée" in block.text)
    book, seen = book_of(checked(RULE, MAIN).rules, inventory()), list(observed())
    assert [told(event) for event in play(book, seen, seen[-1].moment)] == shown.splitlines()


def test_the_first_rule_is_told_in_the_words_of_the_guide(tmp_path):
    file = tmp_path / "ma-premiere-regle.yaml"
    file.write_text(RULE, encoding="utf-8")
    (found,) = explained([file], (), None).rules
    assert any(found.words.fr == " ".join(block.text.split()) for block in BLOCKS)
