"""What windows come to, worked out anew from a plain list of (stamp, value, whether it is good), by the definitions."""

import math
import statistics

PERIOD = 900 * 1_000_000
STALE = 45 * 60 * 1_000_000


def same(found, expected):
    """Both unknown, or the same number but for rounding."""
    if found is None or expected is None:
        return found is expected
    return math.isclose(found, expected, rel_tol=1e-9, abs_tol=1e-9)


def recomputed(function, percent, values):
    """Functions of a list, from their definitions."""
    if function == "count":
        return float(len(values))
    if not values:
        return 0.0 if function == "sum" else None
    if function == "leq":
        return 10 * math.log10(sum(10 ** (value / 10) for value in values) / len(values))
    if function == "percentile":
        ordered = sorted(values)
        place = percent / 100 * (len(ordered) - 1)
        low, high = ordered[math.floor(place)], ordered[math.ceil(place)]
        return low + (high - low) * (place - math.floor(place))
    return {"avg": statistics.fmean, "min": min, "max": max, "sum": sum}[function](values)


def window_of(rows, span, complete, now, cut, zone):
    """The good values of a window in a plain list; None: it is unknown."""
    if not rows:
        return None
    newest = max(time for time, _, _ in rows)
    end = cut if cut is not None else now if complete == 0 else newest
    if cut is None and complete > 0 and newest < now - STALE:
        return None
    start = span.before(end, zone)
    good = [(time, value) for time, value, is_good in rows if start < time <= end and is_good]
    return good if len(good) >= complete * (end - start) / PERIOD - 1e-9 else None
