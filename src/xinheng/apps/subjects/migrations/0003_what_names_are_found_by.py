"""The beginning of a name without its region, and its initials: found by B-tree, characters compared by number.

On PostgreSQL also a function that asks the bigrams. A GIN index answers only with everything it holds, and of a hot word that is a
hundred thousand names. So one name in sixty-four has an index of its own, asked first: what is hot has hits enough there, and what
has not is rare, so that the whole index answers at once. Names told before are worked out by ``xinheng reindex``.
"""

from django.db import migrations, models

COLUMNS = ("stem", "initials")
SAMPLE = "CREATE INDEX subjects_name_bigrams_sample ON subjects_name_bigrams USING gin (bigrams) WHERE name_id % 64 = 0"
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
DECLARE found_so_far integer;
BEGIN
    RETURN QUERY {JOINED.format(part="b.name_id % 64 = 0")};
    GET DIAGNOSTICS found_so_far = ROW_COUNT;
    IF found_so_far < enough THEN
        RETURN QUERY {JOINED.format(part="b.name_id % 64 <> 0")};
    END IF;
END $$
"""


def create(apps, schema_editor):
    embedded = schema_editor.connection.vendor == "sqlite"
    collate = "" if embedded else ' COLLATE "C"'
    for name in COLUMNS:
        schema_editor.execute(f"CREATE INDEX subjects_by_{name} ON subjects_name ({name}{collate})")
    if not embedded:
        schema_editor.execute(SAMPLE, params=None)
        schema_editor.execute(FUNCTION, params=None)


def drop(apps, schema_editor):
    for name in COLUMNS:
        schema_editor.execute(f"DROP INDEX subjects_by_{name}")
    if schema_editor.connection.vendor != "sqlite":
        schema_editor.execute("DROP FUNCTION subjects_names_holding")
        schema_editor.execute("DROP INDEX subjects_name_bigrams_sample")


class Migration(migrations.Migration):
    dependencies = [("subjects", "0002_name_search")]
    operations = [
        *(migrations.AddField("name", name, models.CharField(max_length=40, null=True)) for name in COLUMNS),
        migrations.RunPython(create, drop),
    ]
