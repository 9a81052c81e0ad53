"""On PostgreSQL names are found by one question, and most of the answer lies where it is found.

The rows of bigrams carry what the answer says of a name, and the index of beginnings does so too: eighty candidates were eighty visits to a
table that no cache holds. One function asks for the beginning and, where that is not enough, for the parts: one way there and back.
"""

from django.db import migrations

COUNTS = """CASE WHEN moment IS NULL THEN s.accepted_at IS NOT NULL AND s.withdrawn_at IS NULL
            ELSE s.accepted_at <= moment AND (s.withdrawn_at IS NULL OR s.withdrawn_at > moment) END"""
PART = f"""
    SELECT true, f.subject_id, f.name, f.folded, f.stem
    FROM (SELECT b.* FROM subjects_name_bigrams b WHERE b.bigrams @@ asked AND {{part}} LIMIT most_parts) f
    JOIN intake_submission s ON s.id = f.submission_id + 0 WHERE {COUNTS}"""
COLUMNS = """
ALTER TABLE subjects_name_bigrams ADD COLUMN subject_id bigint, ADD COLUMN submission_id bigint,
ADD COLUMN name text, ADD COLUMN folded text, ADD COLUMN stem text
"""
FILL = """
UPDATE subjects_name_bigrams b SET subject_id = n.subject_id, submission_id = n.submission_id, name = n.name, folded = n.folded, stem = n.stem
FROM subjects_name n WHERE n.id = b.name_id
"""
INDEX = """
CREATE INDEX subjects_by_stem ON subjects_name (stem COLLATE "C") INCLUDE (subject_id, name, folded, submission_id)
"""
FUNCTION = f"""
CREATE FUNCTION subjects_names_found(
    begins text, ends text, most_begins integer, needed integer,
    asked tsquery, most_parts integer, enough integer, moment timestamptz
) RETURNS TABLE (part boolean, subject_id bigint, name text, folded text, stem text)
LANGUAGE plpgsql STABLE SET enable_seqscan = off SET jit = off AS $$
DECLARE found_here integer;
BEGIN
    RETURN QUERY
        SELECT false, n.subject_id, n.name::text, n.folded::text, n.stem::text
        FROM subjects_name n JOIN intake_submission s ON s.id = n.submission_id + 0
        WHERE n.stem COLLATE "C" >= begins AND n.stem COLLATE "C" < ends AND {COUNTS}
        ORDER BY n.stem COLLATE "C" LIMIT most_begins;
    GET DIAGNOSTICS found_here = ROW_COUNT;
    IF asked IS NULL OR found_here >= needed THEN RETURN; END IF;
    RETURN QUERY {PART.format(part="b.name_id % 512 = 0")};
    GET DIAGNOSTICS found_here = ROW_COUNT;
    IF found_here >= enough THEN RETURN; END IF;
    RETURN QUERY {PART.format(part="b.name_id % 32 = 0 AND b.name_id % 512 <> 0")};
    GET DIAGNOSTICS found_here = ROW_COUNT;
    IF found_here >= enough THEN RETURN; END IF;
    RETURN QUERY {PART.format(part="b.name_id % 32 <> 0")};
END $$
"""


def create(apps, schema_editor):
    if schema_editor.connection.vendor != "sqlite":
        for statement in (COLUMNS, FILL, "DROP INDEX subjects_by_stem", INDEX, FUNCTION):
            schema_editor.execute(statement, params=None)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor != "sqlite":
        for statement in (
            "DROP FUNCTION subjects_names_found(text, text, integer, integer, tsquery, integer, integer, timestamptz)",
            "DROP INDEX subjects_by_stem",
            'CREATE INDEX subjects_by_stem ON subjects_name (stem COLLATE "C")',
            "ALTER TABLE subjects_name_bigrams DROP COLUMN subject_id, DROP COLUMN submission_id, DROP COLUMN name, "
            "DROP COLUMN folded, DROP COLUMN stem",
        ):
            schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("subjects", "0003_what_names_are_found_by")]
    operations = [migrations.RunPython(create, drop)]
