"""Addresses pages name again and again: of organisations, records and lists. Asked of Django once, filled in from then on."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from django.urls import get_script_prefix, reverse

_CODE, _NUMBER = "910000000000000000", 910_000_000_007  # stand in for the argument while the address is learnt


def of_subject(code: str) -> str:
    """Return the address of an organisation's page."""
    if not (code.isascii() and code.isalnum()):
        return reverse("portal:subject", args=[code])
    before, after = _learnt(get_script_prefix(), "portal:subject", _CODE)
    return f"{before}{code}{after}"


def of_record(record: int) -> str:
    """Return the address of a record's page."""
    return of_records([record])[0]


def of_records(records: Iterable[int]) -> list[str]:
    """Return the addresses of the pages of records."""
    before, after = _learnt(get_script_prefix(), "portal:record", str(_NUMBER))
    return [f"{before}{record:d}{after}" for record in records]


def of_list(item: str) -> str:
    """Return the address of the list of an item's records."""
    return _list(get_script_prefix(), item)


@lru_cache(maxsize=1_000)
def _list(prefix: str, item: str) -> str:
    own = {"adm.licence": "portal:licences", "adm.penalty": "portal:penalties"}.get(item)
    return reverse(own) if own else reverse("portal:records", args=[item])


@lru_cache(maxsize=32)
def _learnt(prefix: str, name: str, argument: str) -> tuple[str, str]:
    before, _, after = reverse(name, args=[argument]).partition(argument)
    return before, after
