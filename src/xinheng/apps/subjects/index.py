"""The index of name parts: bigrams in FTS5 on SQLite, in a tsvector on PostgreSQL. Written in bulk with the names themselves.

Rows stand here from the moment their names are staged; whether a name counts is asked of its submission when it is found. So a
million names become searchable in the instant their submission is accepted, and a withdrawal needs no second bookkeeping.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection, transaction

from xinheng.apps.records.store import store
from xinheng.apps.subjects.keys import keys
from xinheng.apps.subjects.models import Name
from xinheng.apps.subjects.names import bigrams, fold

_BLOCK = 20_000
Row = tuple[int, str]  # id of the name, its folded form


# What the answer says of a name lies with its bigrams: names found by a part are scattered over the whole table of names.
_ADD = """
INSERT INTO subjects_name_bigrams (name_id, bigrams, subject_id, submission_id, name, folded, stem)
SELECT g.name_id, g.bigrams::tsvector, n.subject_id, n.submission_id, n.name, n.folded, n.stem
FROM given g JOIN subjects_name n ON n.id = g.name_id RETURNING 1
"""


def add(rows: Sequence[Row]) -> None:
    """Enter names."""
    ids = [pk for pk, _ in rows]
    if connection.vendor == "sqlite":
        told = {"rowid": ids, "bigrams": [" ".join(bigrams(folded)) for _, folded in rows]}
        store().insert("subjects_name_bigrams", told, ())
    else:
        told = {"name_id": ids, "bigrams": [positions(bigrams(folded)) for _, folded in rows]}
        store().join(_ADD, told, ("bigint", "text"))


def forget(rows: Sequence[Row]) -> None:
    """Take names out."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            # A contentless index forgets a row only when told again what the row held.
            cursor.executemany(
                "INSERT INTO subjects_name_bigrams (subjects_name_bigrams, rowid, bigrams) VALUES ('delete', %s, %s)",
                [(pk, " ".join(bigrams(folded))) for pk, folded in rows],
            )
        else:
            cursor.execute("DELETE FROM subjects_name_bigrams WHERE name_id = ANY(%s)", [[pk for pk, _ in rows]])


def clear() -> None:
    """Take out every name."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("INSERT INTO subjects_name_bigrams (subjects_name_bigrams) VALUES ('delete-all')")
        else:
            cursor.execute("TRUNCATE subjects_name_bigrams")


def lexeme(token: str) -> str:
    """Return a token as PostgreSQL's text search writes it."""
    escaped = token.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


def positions(tokens: Sequence[str]) -> str:
    """Return tokens as the text of a tsvector with positions: a phrase is found by them."""
    return " ".join(f"{lexeme(token)}:{at}" for at, token in enumerate(tokens, start=1))


def rebuild() -> int:
    """Work out every name's keys and bigrams anew; return how many names there are.

    Needed after a change of what names are found by: another region list, another table of characters.
    """
    with transaction.atomic():
        clear()
        last, done = 0, 0
        while block := list(Name.objects.filter(pk__gt=last).order_by("pk").values_list("pk", "name")[:_BLOCK]):
            _rebuild_block(block)
            last, done = block[-1][0], done + len(block)
    return done


def _rebuild_block(block: Sequence[Row]) -> None:
    folded = [fold(name) for _, name in block]
    found_by = keys(folded).rows()
    names = [
        Name(pk=pk, folded=text, stem=stem, initials=initials)
        for (pk, _), text, (stem, initials) in zip(block, folded, found_by, strict=True)
    ]
    Name.objects.bulk_update(names, ["folded", "stem", "initials"], batch_size=200)
    add([(name.pk, name.folded) for name in names if name.stem is not None])
