"""The commands speak to people: summaries on stdout, problems on stderr, no traceback."""

import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from negotiations.models import Revision, Talk
from tests.exchange.conftest import SMALL, Write

pytestmark = pytest.mark.django_db


def run(*arguments: object, **options: object) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command(*[str(argument) for argument in arguments], stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


def test_loading_prints_a_line_for_each_file(small: Path, write: Write) -> None:
    out, err = run("load_dossiers", small, write("empty", "talks: []\n"), publish=True)

    assert out.splitlines() == [
        "small: 12 new, 0 changed, 0 unchanged, published as revision 1",
        "empty: 0 new, 0 changed, 0 unchanged",
    ]
    assert err == ""


def test_a_dry_run_says_that_it_was_one(small: Path) -> None:
    out, _ = run("load_dossiers", small, dry_run=True)

    assert out.splitlines() == ["small: 12 new, 0 changed, 0 unchanged", "Dry run: nothing was written."]
    assert not Talk.objects.exists()


def test_every_problem_goes_to_stderr(write: Write) -> None:
    faulty = write("small", SMALL.replace("kind: round", "kind: rond").replace("conflict: war", "conflict: wra"))
    err = StringIO()

    with pytest.raises(CommandError, match=r"2 problems; nothing was written\."):
        call_command("load_dossiers", faulty, stderr=err)

    assert [line.split(": ")[0] for line in err.getvalue().splitlines()] == [
        "small.yaml:24 processes[0].conflict",
        "small.yaml:30 talks[0].kind",
    ]


def test_warnings_do_not_hinder(write: Write) -> None:
    twins = "".join(
        f"  - {{id: 0a64ba1b-3b2b-4e4e-8b5f-0d3f3a1f01{number:02}, slug: p-{number}, name: Dolmabahce, kind: venue}}\n"
        for number in range(2)
    )

    out, err = run("load_dossiers", write("places", f"places:\n{twins}"))

    assert err.startswith('warning: places.yaml:5 places[0].name: "Dolmabahce" is much like "Dolmabahce" (p-1)')
    assert out == "places: 2 new, 0 changed, 0 unchanged\n"


def test_revisions_can_be_signed_by_a_person(small: Path) -> None:
    User.objects.create(username="editor")

    run("load_dossiers", small, publish=True, by="editor")

    assert Revision.objects.get().by.username == "editor"


@pytest.mark.parametrize("arguments", [(), ("--bundled", "x.yaml"), ("x.yaml", "--by", "nobody")])
def test_a_call_that_makes_no_sense_is_refused(arguments: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        call_command("load_dossiers", *arguments)


def test_a_failing_load_ends_with_code_1_and_no_traceback(write: Write) -> None:
    if not os.environ.get("DATABASE_URL"):
        pytest.skip("needs the address of a server")

    ended = subprocess.run(
        [sys.executable, "manage.py", "load_dossiers", str(write("bad", "x: &y 1\n"))],
        cwd=settings.BASE_DIR, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert ended.returncode == 1
    assert "bad.yaml:4 x: anchors" in ended.stderr
    assert "Traceback" not in ended.stderr


def accounts(output: str) -> dict[str, str]:
    return dict(line.split() for line in output.splitlines())


def test_accounts_are_made_with_passwords_that_work() -> None:
    made = accounts(run("make_accounts")[0])

    assert list(made) == ["curator", "editor", "administrator"]
    assert all(authenticate(username=name, password=password) for name, password in made.items())
    assert User.objects.get(username="administrator").is_superuser
    assert not User.objects.get(username="editor").is_superuser
    assert all(user.is_staff for user in User.objects.all())


def test_accounts_that_exist_are_left_alone_if_asked() -> None:
    made = accounts(run("make_accounts")[0])
    User.objects.get(username="editor").delete()

    again = accounts(run("make_accounts", if_missing=True)[0])

    assert list(again) == ["editor"]
    assert authenticate(username="curator", password=made["curator"])


def test_new_passwords_replace_the_old() -> None:
    made = accounts(run("make_accounts")[0])

    again = accounts(run("make_accounts")[0])

    assert not authenticate(username="curator", password=made["curator"])
    assert authenticate(username="curator", password=again["curator"])


def test_groups_may_do_what_their_work_needs_and_no_more() -> None:
    run("make_accounts")

    curator, editor = (User.objects.get(username=name) for name in ("curator", "editor"))
    for user in (curator, editor):
        for model in ("talk", "delegation", "citation", "source", "assertion", "outcomeparty"):
            assert all(user.has_perm(f"negotiations.{act}_{model}") for act in ("add", "change", "delete", "view"))
        assert user.has_perm("negotiations.view_revision")
        assert not user.has_perm("negotiations.change_revision")
        assert not user.has_perm("negotiations.change_loadeddossier")
        assert not user.has_perm("auth.change_user")
    assert editor.has_perm("negotiations.publish_records")
    assert not curator.has_perm("negotiations.publish_records")
