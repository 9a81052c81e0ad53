"""The beginning of a name without its region, and its initials: found by B-tree, characters compared by number.

On PostgreSQL also a function that asks the bigrams. A GIN index answers only with everything it holds, and of a hot word that is a
hundred thousand names. So one name in 512, then one in 32, has an index of its own, asked first: what is hot has hits enough there,
and what has not is rarer, so that the next index answers at once. Names told before are worked out by ``xinheng reindex``.
"""

from django.db import migrations, models

COLUMNS = ("stem", "initials")
SAMPLES = (512, 32)
SAMPLE = "CREATE INDEX subjects_name_bigrams_{n} ON subjects_name_bigrams USING gin (bigrams) WHERE name_id % {n} = 0"
JOINED = """
    SELECT n.subject_id, n.name::text, n.folded::text, n.stem::text
    FROM (SELECT b.name_id FROM subjects_name_bigrams b WHERE b.bigrams @@ asked AND {part} LIMIT most) f
    JOIN subjects_name n ON n.id = f.name_id
    JOIN intake_submission s ON s.id = n.submission_id + 0
    WHERE CASE WHEN moment IS NULL THEN s.accepted_at IS NOT NULL AND s.withdrawn_at IS NULL
          ELSE s.accepted_at <= moment AND (s.withdrawn_at IS NULL OR s.withdrawn_at > moment) END"""
FUNCTION = f"""
CREATE FUNCTION subjects_names_holding(asked tsquery, most integer, enough integer, moment timestamptz)
RETURNS TABLE (subject_id bigint, name text, folded text, stem text)
LANGUAGE plpgsql STABLE SET enable_seqscan = off SET jit = off AS $$
DECLARE found_here integer;
BEGIN
    RETURN QUERY {JOINED.format(part="b.name_id % 512 = 0")};
    GET DIAGNOSTICS found_here = ROW_COUNT;
    IF found_here >= enough THEN RETURN; END IF;
    RETURN QUERY {JOINED.format(part="b.name_id % 32 = 0 AND b.name_id % 512 <> 0")};
    GET DIAGNOSTICS found_here = ROW_COUNT;
    IF found_here >= enough THEN RETURN; END IF;
    RETURN QUERY {JOINED.format(part="b.name_id % 32 <> 0")};
END $$
"""


def create(apps, schema_editor):
    embedded = schema_editor.connection.vendor == "sqlite"
    collate = "" if embedded else ' COLLATE "C"'
    for name in COLUMNS:
        schema_editor.execute(f"CREATE INDEX subjects_by_{name} ON subjects_name ({name}{collate})")
    if not embedded:
        for n in SAMPLES:
            schema_editor.execute(SAMPLE.format(n=n), params=None)
        schema_editor.execute(FUNCTION, params=None)


def drop(apps, schema_editor):
    for name in COLUMNS:
        schema_editor.execute(f"DROP INDEX subjects_by_{name}")
    if schema_editor.connection.vendor != "sqlite":
        schema_editor.execute("DROP FUNCTION subjects_names_holding")
        for n in SAMPLES:
            schema_editor.execute(f"DROP INDEX subjects_name_bigrams_{n}")


class Migration(migrations.Migration):
    dependencies = [("subjects", "0002_name_search")]
    operations = [
        *(migrations.AddField("name", name, models.CharField(max_length=40, null=True)) for name in COLUMNS),
        migrations.RunPython(create, drop),
    ]
