"""The right to look after accounts, for administrators, and the table in which attempts to sign in are counted."""

from typing import Any

from django.db import migrations

# As Django's createcachetable makes it, with a word on what it is.
CACHE = """
CREATE TABLE django_cache (cache_key varchar(255) PRIMARY KEY, value text NOT NULL, expires timestamptz NOT NULL);
CREATE INDEX django_cache_expires ON django_cache (expires);
COMMENT ON TABLE django_cache IS 'desk only: attempts to sign in, by network and name';
"""


def give_right(apps: Any, schema_editor: Any) -> None:
    """Safe to repeat: what is there stays, with whatever an administrator has added to it."""
    kind, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="negotiations", model="account"
    )
    right, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=kind,
        codename="manage_accounts",
        defaults={"name": "Can invite, change and deactivate accounts"},
    )
    apps.get_model("auth", "Group").objects.get_or_create(name="Administrators")[0].permissions.add(right)


class Migration(migrations.Migration):
    dependencies = [
        ("negotiations", "0014_tokens"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="Account",
            fields=[],
            options={
                "ordering": ("username",),
                "permissions": [("manage_accounts", "Can invite, change and deactivate accounts")],
                "proxy": True,
                "default_permissions": (),
                "indexes": [],
                "constraints": [],
            },
            bases=("auth.user",),
        ),
        migrations.RunSQL(CACHE, "DROP TABLE django_cache"),
        migrations.RunPython(give_right, migrations.RunPython.noop),
    ]
