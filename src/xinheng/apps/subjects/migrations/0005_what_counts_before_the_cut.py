"""On PostgreSQL whether a name counts is asked before candidates are cut off: many withdrawn names must not hide the one that counts.

The plans are made once: what is asked for changes nothing about them, and planning anew was a quarter of an answer.
"""

from importlib import import_module

from django.db import migrations

before = import_module("xinheng.apps.subjects.migrations.0004_names_found_in_one_question")
PART = f"""
    SELECT true, b.subject_id, b.name, b.folded, b.stem
    FROM subjects_name_bigrams b JOIN intake_submission s ON s.id = b.submission_id + 0
    WHERE b.bigrams @@ asked AND {{part}} AND {before.COUNTS} LIMIT most_parts"""
FUNCTION = f"""
CREATE OR REPLACE FUNCTION subjects_names_found(
    begins text, ends text, most_begins integer, needed integer,
    asked tsquery, most_parts integer, enough integer, moment timestamptz
) RETURNS TABLE (part boolean, subject_id bigint, name text, folded text, stem text)
LANGUAGE plpgsql STABLE SET enable_seqscan = off SET jit = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE found_here integer;
BEGIN
    RETURN QUERY
        SELECT false, n.subject_id, n.name::text, n.folded::text, n.stem::text
        FROM subjects_name n JOIN intake_submission s ON s.id = n.submission_id + 0
        WHERE n.stem COLLATE "C" >= begins AND n.stem COLLATE "C" < ends AND {before.COUNTS}
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


def replace(apps, schema_editor):
    if schema_editor.connection.vendor != "sqlite":
        schema_editor.execute(FUNCTION, params=None)


def put_back(apps, schema_editor):
    if schema_editor.connection.vendor != "sqlite":
        schema_editor.execute(before.FUNCTION.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"), params=None)


class Migration(migrations.Migration):
    dependencies = [("subjects", "0004_names_found_in_one_question")]
    operations = [migrations.RunPython(replace, put_back)]
