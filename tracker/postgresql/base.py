"""The backend's entry point; `ENGINE = "tracker.postgresql"`. Its vendor stays `postgresql`."""

from django.db.backends.postgresql import base, features

from tracker.postgresql.schema import MirroringSchemaEditor


class DatabaseFeatures(features.DatabaseFeatures):
    # In the window the tables are views, which have no primary key for PostgreSQL to group by.
    allows_group_by_selected_pks = False


class DatabaseWrapper(base.DatabaseWrapper):
    SchemaEditorClass = MirroringSchemaEditor
    features_class = DatabaseFeatures
