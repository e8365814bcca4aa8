"""The groups Curators, who enter and edit, and Editors, who also publish. Backwards the groups go, the rights stay.

Django makes permissions only after all migrations have run, so those that the groups hold are made here if missing,
under the names that Django would give them. A migration that adds a record or part gives its rights to both groups.
"""

from typing import Any

from django.db import migrations

EDITED = (
    "process", "actor", "affiliation", "name", "identifier", "place", "issue", "talk", "agendaitem", "delegation",
    "delegationmember", "statement", "statementlink", "position", "outcome", "outcomeissue", "outcomeparty", "event",
    "eventparty", "source", "articletext", "assertion", "citation",
)  # fmt: skip
VIEWED = ("revision",)


def make_groups(apps: Any, schema_editor: Any) -> None:
    """Safe to repeat: what is there stays, with whatever an administrator has added to it."""
    rights = [_right(apps, model, act) for model in EDITED for act in ("add", "change", "delete", "view")]
    rights += [_right(apps, model, "view") for model in VIEWED]
    publishing = _right(apps, "revision", "publish_records", "Can publish records")
    Group = apps.get_model("auth", "Group")
    Group.objects.get_or_create(name="Curators")[0].permissions.add(*rights)
    Group.objects.get_or_create(name="Editors")[0].permissions.add(*rights, publishing)


def remove_groups(apps: Any, schema_editor: Any) -> None:
    apps.get_model("auth", "Group").objects.filter(name__in=["Curators", "Editors"]).delete()


def _right(apps: Any, model: str, act: str, name: str | None = None) -> Any:
    kind, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(app_label="negotiations", model=model)
    verbose = apps.get_model("negotiations", model)._meta.verbose_name_raw
    right, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=kind,
        codename=act if name else f"{act}_{model}",
        defaults={"name": name or f"Can {act} {verbose}"},
    )
    return right


class Migration(migrations.Migration):
    dependencies = [
        ("negotiations", "0003_ledger"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(make_groups, remove_groups)]
