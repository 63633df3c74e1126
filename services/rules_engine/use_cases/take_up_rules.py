"""Brings the stored states in line with the rules as they are now: what no rule watches any more is resolved."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from msgspec import structs

from services.rules_engine.domain.alert import AlertState, Phase
from services.rules_engine.domain.book import RuleBook
from services.rules_engine.domain.relevelling import carried
from services.rules_engine.storage.kept import Kept, Key, partition
from services.rules_engine.storage.memory import Memory
from services.rules_engine.storage.quarantine import Quarantine
from services.rules_engine.storage.reaches import Reaches
from services.rules_engine.storage.samples import PointSeries, Samples
from services.rules_engine.storage.states import States
from services.rules_engine.use_cases.deciding import Decisions
from services.rules_engine.use_cases.release_rules import release_outdated
from services.rules_engine.use_cases.warm_windows import ask_for_history
from shared import bus
from shared.runtime.database import Database, Transaction
from shared.runtime.leases import Held

_UNKNOWN_FOR: Final = timedelta(days=1)
"""For how long samples of a point are kept that the registry doesn't have: its news may come after an observation."""


def take_up_rules(
    database: Database, memory: Memory, book: RuleBook, held: Held, now: datetime, behind: Collection[int] = ()
) -> None:
    """Take up the parts that are held anew, or whose rules are others than before; nothing is done about the rest.

    Each part is a transaction, after all samples are there. In one for them all a start would never end: a session that
    computes for long is thrown out, and everything would begin again.

    Args:
        held: the parts whose leases this replica holds.
        behind: those whose queue is still to be read: what would be decided at once is made due, for when it is.
    """
    if not memory.not_taken_up(held, book):
        return
    with memory.taking_up:
        # Another worker may have done it while this one waited.
        fresh = memory.not_taken_up(held, book)
        _make_ready(database, memory, book, held, fresh, now)
        if fresh:
            release_outdated(database, memory, book, now)
        for part in sorted(fresh):
            with memory.transaction(database) as transaction:
                _take_up(transaction, memory, book, frozenset([part]), held, now, behind)
            memory.took_up(frozenset([part]), held, book)


def _make_ready(
    database: Database, memory: Memory, book: RuleBook, held: Held, parts: frozenset[int], now: datetime
) -> None:
    """Read the samples of these parts, ask for what is missing, and drop what nobody reads any more."""
    points = _points_by_part(book, parts)
    for part in sorted(parts):
        with memory.transaction(database) as transaction:
            if memory.holds_anew({part: held[part]}):
                memory.forget(frozenset([part]))
            Samples(transaction, memory, held.keys()).load(points[part])
            ask_for_history(transaction, memory, book, part, now)
    if parts:
        with memory.transaction(database) as transaction:
            samples = Samples(transaction, memory, held.keys())
            samples.forget(_unobserved(samples, book, parts, now))


def _points_by_part(book: RuleBook, parts: Collection[int]) -> Mapping[int, list[str]]:
    """The points of these parts that rules read."""
    found: dict[int, list[str]] = {part: [] for part in parts}
    for point in book.read_points if found else ():
        if (part := bus.partition_of(point)) in found:
            found[part].append(point)
    return found


def _take_up(
    transaction: Transaction,
    memory: Memory,
    book: RuleBook,
    parts: frozenset[int],
    held: Held,
    now: datetime,
    behind: Collection[int],
) -> None:
    """Forget what no rule watches any more; begin anew what a rule now decides otherwise; decide what is new.

    A rule that is new to a point decides at once on the samples that are there, and one that alerts on unknown also
    where there are none: a sensor that never spoke is unknown too.
    """
    states = States(transaction, memory)
    states.adopt()
    kept = states.all(parts)
    states.save(_with_ladders(book, kept))
    give_up_unwatched(transaction, memory, book, kept, now)
    changed = {
        key: state
        for key, state in kept.items()
        if book.watches(*key) and state.fingerprint != book.rules[key[0]].rule.fingerprint
    }
    watched = {key for key in book.watches_all() if partition(key) in parts}
    series = Samples(transaction, memory, held.keys()).load({point for key in watched for point in book.reads(*key)})
    fresh = {key for key in watched if key not in kept and _decides_at_once(book, key, series)}
    on_its_way = Reaches(transaction, memory).waiting(held)
    decisions = Decisions(book, states, series, now, parts, Quarantine(transaction).of(book), on_its_way)
    decisions.take(kept)
    going_on = {key: state for key, kept in changed.items() if (state := _carried(book, key, kept)) is not None}
    later = {key for key in going_on if _waits(book, key, behind)}
    for key in sorted(later):
        decisions.carry(key, structs.replace(going_on[key], due_at=now))
    decisions.go_on({key: state for key, state in going_on.items() if key not in later})
    decisions.begin_anew(changed.keys() - going_on.keys())
    # Those that were held while their rule could not be read are due again; and groups may have other members now.
    still = {key for key in kept.keys() - changed if book.watches(*key) and _looks_again(book, key, kept[key])}
    for key in sorted({*changed.keys() - going_on.keys(), *fresh, *still}):
        # What reads several points waits until the instant is over: observations of it may be on their way to others.
        if key not in still and _waits(book, key, behind):
            decisions.put_off(key)
        elif _waits(book, key, behind) or (key in still and book.rules[key[0]].reads_others):
            decisions.ask([key])
        else:
            decisions.decide(key, now, fresh=False, begins=key not in still)
    decisions.save(transaction, memory)


def _waits(book: RuleBook, key: Key, behind: Collection[int]) -> bool:
    """Whether nobody can say yet how it stands: a queue is still to be read."""
    return partition(key) in behind or (bool(behind) and book.rules[key[0]].reads_others)


def _with_ladders(book: RuleBook, kept: dict[Key, Kept]) -> dict[Key, Kept]:
    """Those that a version wrote which knew no ladders, and whose rule is as it was then."""
    found = {
        key: replace(each, ladder=book.rules[key[0]].rule.ladder)
        for key, each in kept.items()
        if not each.ladder and book.watches(*key) and each.fingerprint == book.rules[key[0]].rule.fingerprint
    }
    kept.update(found)
    return found


def _carried(book: RuleBook, key: Key, kept: Kept) -> AlertState | None:
    return carried(kept.state, kept.fingerprint, kept.ladder, book.rules[key[0]])


def _unobserved(samples: Samples, book: RuleBook, parts: Collection[int], now: datetime) -> frozenset[str]:
    """Points of these parts whose samples nobody will read: they are retired, or the registry dropped them."""
    there = {point for point in samples.points() if bus.partition_of(point) in parts}
    unknown = there - book.points.keys()
    retired = {point for point in there - unknown if book.points[point].retired is not None}
    return frozenset(retired | (unknown - samples.heard(unknown, now - _UNKNOWN_FOR)))


def _looks_again(book: RuleBook, key: Key, kept: Kept) -> bool:
    rule = book.rules[key[0]]
    if rule.rule.lights and kept.state.firing and kept.state.renew_at is None:
        return True  # it had none until now
    goes_by_the_clock = rule.turns or rule.rule.every is not None
    stands_still = kept.state.due_at is None and (goes_by_the_clock or kept.state.phase is not Phase.INACTIVE)
    return stands_still or rule.reads_others


def _decides_at_once(book: RuleBook, key: Key, series: PointSeries) -> bool:
    """Whether there is something to decide on: samples, or the clock."""
    rule = book.rules[key[0]]
    return rule.turns or rule.reads_others or bool(rule.properties & series[key[1]].keys())


def give_up_unwatched(
    transaction: Transaction, memory: Memory, book: RuleBook, kept: Mapping[Key, Kept], now: datetime
) -> None:
    """Of these states, forget those that no rule watches, resolving those that fire.

    While a rule can't be read, a state whose rule isn't there is held as it is: a slip of the pen in a file is not the
    end of a flood.
    """
    unwatched = {key: state for key, state in kept.items() if not book.watches(*key)}
    held = {key: state for key, state in unwatched.items() if key[0] not in book.rules and not book.is_complete}
    gone = {key: state for key, state in unwatched.items() if key not in held}
    states = States(transaction, memory)
    states.save({key: replace(kept, state=structs.replace(kept.state, due_at=None)) for key, kept in held.items()})
    if gone:
        decisions = Decisions(book, states, {}, now)
        decisions.take(gone)
        decisions.give_up(gone)
        decisions.save(transaction, memory)
        states.forget(gone.keys())
