"""Why an exchange is refused as a whole; faults in the files themselves are problems with a place."""

from __future__ import annotations

from collections.abc import Iterable

from shared.errors import InputError


class UnknownSort(InputError):
    """A table is of a sort that isn't exchanged."""

    def __init__(self, sort: str, known: Iterable[str]) -> None:
        super().__init__(f"no table of '{sort}'; there are: {', '.join(known)}")


class NoSuchForm(InputError):
    """A sort of thing has no such form."""

    def __init__(self, sort: str, form: str) -> None:
        super().__init__(f"{sort} can't be had as '{form}': csv, csv-fr, and geojson for points and areas")


class RevisionChanged(InputError):
    """The registry was changed between the preview and its application."""

    def __init__(self, expected: int, found: int) -> None:
        message = f"the registry was changed meanwhile: the preview was of revision {expected}, it is at {found} now"
        super().__init__(f"{message}; look at a new preview")
