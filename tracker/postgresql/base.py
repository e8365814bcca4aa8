"""The backend's entry point; `ENGINE = "tracker.postgresql"`. Its vendor stays `postgresql`."""

import select

from django.db.backends.postgresql import base, features
from psycopg.pq import TransactionStatus

from tracker.postgresql.schema import MirroringSchemaEditor


class DatabaseFeatures(features.DatabaseFeatures):
    # In the window the tables are views, which have no primary key for PostgreSQL to group by.
    allows_group_by_selected_pks = False


class DatabaseWrapper(base.DatabaseWrapper):
    SchemaEditorClass = MirroringSchemaEditor
    features_class = DatabaseFeatures

    def is_usable(self) -> bool:
        """Whether a connection that was kept still serves, without a round trip.

        One on which nothing was asked and there is something to read was ended by the server, or is about to be. One
        whose transaction failed answers nothing until that is rolled back.
        """
        if self.connection is None or self.connection.closed:
            return False
        if self.connection.info.transaction_status in (TransactionStatus.INERROR, TransactionStatus.UNKNOWN):
            return False
        waiting = select.poll()
        waiting.register(self.connection.fileno(), select.POLLIN)
        return not waiting.poll(0)
