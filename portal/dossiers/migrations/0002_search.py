"""The search index: a table of the database's own kind, outside the models (see `portal.dossiers.search`)."""

from django.db import migrations

CREATE = {
    "postgresql": [
        "CREATE TABLE dossiers_search (dossier_id bigint PRIMARY KEY, words text NOT NULL, terms tsvector NOT NULL)",
        "CREATE INDEX dossiers_search_terms ON dossiers_search USING gin (terms)",
    ],
    "sqlite": ["CREATE VIRTUAL TABLE dossiers_search USING fts5(words, tokenize = 'unicode61')"],
}


def create(apps, schema_editor):
    for statement in CREATE[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def drop(apps, schema_editor):
    schema_editor.execute("DROP TABLE dossiers_search")


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0001_initial")]

    operations = [migrations.RunPython(create, drop)]
