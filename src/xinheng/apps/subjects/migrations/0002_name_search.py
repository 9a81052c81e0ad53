"""Bigrams of names: FTS5 on SQLite, a tsvector with GIN on PostgreSQL. Two characters are the most usual query."""

from django.db import migrations

STATEMENTS = {
    "sqlite": (
        ["CREATE VIRTUAL TABLE subjects_name_bigrams USING fts5(bigrams, content='', tokenize='unicode61')"],
        ["DROP TABLE subjects_name_bigrams"],
    ),
    "postgresql": (
        [
            "CREATE TABLE subjects_name_bigrams (name_id bigint PRIMARY KEY, bigrams tsvector NOT NULL)",
            "CREATE INDEX subjects_name_bigrams_gin ON subjects_name_bigrams USING gin (bigrams)",
        ],
        ["DROP TABLE subjects_name_bigrams"],
    ),
}


def create(apps, schema_editor):
    for statement in STATEMENTS[schema_editor.connection.vendor][0]:
        schema_editor.execute(statement)


def drop(apps, schema_editor):
    for statement in STATEMENTS[schema_editor.connection.vendor][1]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("subjects", "0001_initial")]
    operations = [migrations.RunPython(create, drop)]
