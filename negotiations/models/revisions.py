"""Revisions as the window shows them, and the dossiers this database has loaded. Writing is publication/'s."""

from django.contrib.auth import get_user_model
from django.db import models

from negotiations.models.records import Identified, LineField, desk_only
from negotiations.vocabulary import RevisionKind, WithdrawalAct


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
        permissions = [
            ("publish_records", "Can publish records"),
            ("retract_records", "Can retract records"),
            ("merge_records", "Can merge records"),
            ("suppress_records", "Can suppress records"),
        ]

    def __str__(self) -> str:
        return f"Revision {self.number}"


class Withdrawal(models.Model):
    """A record that a revision withdrew: retracted, merged or suppressed. A view over `ledger.withdrawal`.

    A suppression names each row it withheld, parts included. The reason is the revision's note.
    """

    pk = models.CompositePrimaryKey("number", "table_name", "record_id")
    number = models.BigIntegerField(help_text="The revision that withdrew it.")
    table_name = models.TextField()
    record_id = models.UUIDField()
    act = models.CharField(max_length=40, choices=WithdrawalAct)
    successor_id = models.UUIDField(null=True, help_text="The record that stands in its place.")

    class Meta:
        managed = False
        db_table = "negotiations_withdrawal"
        ordering = ("number", "table_name", "record_id")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.get_act_display()} in revision {self.number}"


class Address(models.Model):
    """A slug that is or was public, and the record it belongs to for ever. A view; it exists inside the window only."""

    pk = models.CompositePrimaryKey("table_name", "slug", "record_id")
    table_name = models.TextField()
    slug = models.TextField()
    record_id = models.UUIDField()

    class Meta:
        managed = False
        db_table = "negotiations_address"
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.slug)


class LoadedDossier(Identified):
    """A bundled dossier that this database holds, by its file's digest, so that no start loads it again."""

    name = LineField(unique=True)
    digest = models.CharField(max_length=64)
    loaded_at = models.DateTimeField(auto_now=True)

    class Meta:
        db_table_comment = desk_only("bookkeeping of this installation")

    def __str__(self) -> str:
        return str(self.name)
