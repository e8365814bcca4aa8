"""Revisions as the window shows them, and the dossiers this database has loaded. Writing is publication.py's."""

from django.contrib.auth import get_user_model
from django.db import models

from negotiations.models.records import Identified, LineField, desk_only
from negotiations.vocabulary import RevisionKind


class Revision(models.Model):
    """One editorial act: what it changed became public, or ceased to be, together. A view over `ledger.revision`."""

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    kind = models.CharField(max_length=40, choices=RevisionKind)
    note = models.TextField()
    hash = models.TextField()
    by = models.ForeignKey(get_user_model(), models.DO_NOTHING, null=True, related_name="+")

    class Meta:
        managed = False
        db_table = "negotiations_revision"
        ordering = ("-number",)
        default_permissions = ("view",)
        permissions = [("publish_records", "Can publish records")]

    def __str__(self) -> str:
        return f"Revision {self.number}"


class LoadedDossier(Identified):
    """A bundled dossier that this database holds, by its file's digest, so that no start loads it again."""

    name = LineField(unique=True)
    digest = models.CharField(max_length=64)
    loaded_at = models.DateTimeField(auto_now=True)

    class Meta:
        db_table_comment = desk_only("bookkeeping of this installation")

    def __str__(self) -> str:
        return str(self.name)
