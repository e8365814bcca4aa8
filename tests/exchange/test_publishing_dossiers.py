"""With --publish a file becomes one revision; the bundled set is loaded in its order and only when it changed."""

from pathlib import Path

import pytest
from django.contrib.auth.models import User

from negotiations import publication
from negotiations.exchange.bundled import load_bundled
from negotiations.exchange.dossiers import SYSTEM_ACCOUNT, FileReport, load
from negotiations.ledger.window import open_window
from negotiations.models import Actor, Delegation, LoadedDossier, Outcome, Place, Revision, Talk
from tests.exchange.conftest import SMALL, TALK_ID, Write
from tests.scenery import editor

pytestmark = pytest.mark.django_db


def folder_with(folder: Path, manifest: str, **files: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "manifest.yaml").write_text(manifest, "utf-8")
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, "utf-8")
    return folder


def test_a_file_becomes_one_revision_signed_by_the_system_account(small: Path) -> None:
    report = load([small], publish=True)

    assert report.files == [FileReport("small", new=12, revision=1)]
    revision = Revision.objects.get()
    assert (revision.number, revision.kind, revision.note) == (1, "new", "A small meeting.")
    assert (revision.by.username, revision.by.is_active) == (SYSTEM_ACCOUNT, False)
    assert not revision.by.has_usable_password()
    with open_window():
        assert Talk.objects.get().delegations.count() == 2


def test_without_publish_nothing_becomes_public(small: Path) -> None:
    load([small])

    assert Talk.objects.exists()
    assert not Revision.objects.exists()
    with open_window():
        assert not Talk.objects.exists()


def test_each_file_is_its_own_revision(small: Path, write: Write) -> None:
    later = write("later", f"talks:\n  - {{id: {TALK_ID}, slug: meeting, title: Another title}}\n")

    report = load([small, later], publish=True, by=User.objects.create(username="editor"))

    assert [file.revision for file in report.files] == [1, 2]
    assert list(Revision.objects.order_by("number").values_list("kind", "note", "by__username")) == [
        ("new", "A small meeting.", "editor"),
        ("new_fact", "More.", "editor"),
    ]
    with open_window(1):
        assert Talk.objects.get().title == "The meeting"
    with open_window():
        assert Talk.objects.get().title == "Another title"


def test_publishing_the_same_file_again_makes_no_revision(small: Path) -> None:
    load([small], publish=True)

    assert load([small], publish=True).files == [FileReport("small", unchanged=12)]
    assert Revision.objects.count() == 1


def test_drafts_of_an_earlier_load_are_published_when_asked(small: Path) -> None:
    load([small])

    assert load([small], publish=True).files == [FileReport("small", unchanged=12, revision=1)]


def test_loading_again_does_not_publish_what_a_curator_is_editing(small: Path) -> None:
    load([small], publish=True)
    Delegation.objects.create(talk=Talk.objects.get(), party=Actor.objects.get(slug="outlet"), roles=["observer"])

    assert load([small], publish=True).files == [FileReport("small", unchanged=12)]
    with open_window():
        assert Delegation.objects.count() == 2


def test_what_publication_refuses_is_told_and_nothing_is_written(small: Path, write: Write) -> None:
    uncited = write("later", f"talks:\n  - {{id: {TALK_ID[:-1]}f, slug: other, title: Other, process: direct-talks,"
                             " relation: session, related_talk: meeting, kind: plenary, status: held}\n")  # fmt: skip

    report = load([small, uncited], publish=True)

    assert [str(problem) for problem in report.problems] == [
        "later.yaml:1 cannot be published: The talk “Other” (other) has no citation of a source that is not rejected;"
        " add one."
    ]
    assert not Talk.objects.exists()
    assert not Revision.objects.exists()
    assert not User.objects.exists()


def test_a_reference_to_a_draft_is_refused_by_name(small: Path, write: Write) -> None:
    Place.objects.create(slug="city", name="City", kind="city")
    path = write("small", SMALL.replace("track: 1", "place: city"))

    assert [str(problem) for problem in load([path], publish=True).problems] == [
        "small.yaml:2 cannot be published: The place “City” (city) is still a draft and is referred to; publish it too."
    ]


def test_each_bundled_dossier_becomes_a_revision() -> None:
    report = load_bundled(publish=True)

    assert [str(problem) for problem in report.problems] == []
    assert [file.revision for file in report.files] == list(range(1, len(report.files) + 1))
    assert report.files[0].name == "istanbul-2025-05-16-article"
    assert set(LoadedDossier.objects.values_list("name", flat=True)) == {file.name for file in report.files}
    with open_window(1):
        assert Talk.objects.filter(slug="istanbul-2025-05-16").exists()


def test_the_bundled_set_warns_of_nothing() -> None:
    assert [str(warning) for warning in load_bundled(dry_run=True).warnings] == []


def test_a_bundled_file_that_did_not_change_is_skipped() -> None:
    first = load_bundled(publish=True)

    report = load_bundled(publish=True)

    assert all(file.is_skipped for file in report.files)
    assert Revision.objects.count() == len(first.files)


def test_the_bundled_set_changes_nothing_when_it_is_loaded_without_its_bookkeeping() -> None:
    load_bundled(publish=True)
    LoadedDossier.objects.all().delete()

    report = load_bundled(publish=True)

    assert [str(problem) for problem in report.problems] == []
    assert {(file.new, file.changed, file.revision) for file in report.files} == {(0, 0, None)}


def test_a_bundled_file_that_changed_is_loaded_again(tmp_path: Path) -> None:
    folder = folder_with(tmp_path / "set", "dossiers: [{file: small.yaml}]\n", small=SMALL)
    load_bundled(publish=True, folder=folder)
    folder_with(folder, "dossiers: [{file: small.yaml}]\n", small=SMALL.replace("The meeting", "The better title"))

    report = load_bundled(publish=True, folder=folder)

    assert report.files == [FileReport("small", changed=1, unchanged=11, revision=2)]
    assert Talk.objects.get().title == "The better title"


def test_a_changed_bundled_file_does_not_undo_what_a_later_one_says(tmp_path: Path) -> None:
    manifest = "dossiers: [{file: small.yaml}, {file: later.yaml}]\n"
    later = f"""dossier: later
title: More
revision: {{note: More.}}
talks:
  - id: {TALK_ID}
    slug: meeting
    title: The title of the later file
    delegations: [{{party: russia, level: experts}}]
"""
    folder = folder_with(tmp_path / "set", manifest, small=SMALL, later=later)
    load_bundled(publish=True, folder=folder)
    changed = SMALL.replace("track: 1", "track: 2").replace("sits_with: ukraine", "level: leaders, styled: RF")
    folder_with(folder, manifest, small=changed)

    report = load_bundled(publish=True, folder=folder)

    talk, russia = Talk.objects.get(), Delegation.objects.get(party__slug="russia")
    assert (talk.title, talk.track) == ("The title of the later file", "2")
    assert (russia.level, russia.styled) == ("experts", "RF")
    assert [(file.name, file.is_skipped, file.revision) for file in report.files] == [
        ("small", False, 3),
        ("later", True, None),
    ]


def test_a_bundled_set_that_was_not_published_is_not_taken_for_done(tmp_path: Path) -> None:
    folder = folder_with(tmp_path / "set", "dossiers: [{file: small.yaml}]\n", small=SMALL)
    load_bundled(folder=folder)

    assert load_bundled(publish=True, folder=folder).files == [FileReport("small", unchanged=12, revision=1)]


PROTECTED = """dossier: protected
title: A witness
revision: {note: A witness.}
actors:
  - {id: 0a64ba1b-3b2b-4e4e-8b5f-0d3f3a1f0021, slug: witness, name: A Witness, kind: person}
"""
HEARD = """dossier: heard
title: What the witness said
revision: {note: What the witness said.}
statements:
  - {id: 0a64ba1b-3b2b-4e4e-8b5f-0d3f3a1f0022, slug: heard, speaker: witness, attribution: on_record, act: denial,
     text: Denied it., cite: {source: page, locator: ¶7, attribution: on_record, speaker: witness}}
"""


def test_a_new_release_of_what_was_suppressed_is_left_out_and_the_rest_is_loaded(tmp_path: Path) -> None:
    manifest = "dossiers: [{file: small.yaml}, {file: protected.yaml}]\n"
    folder = folder_with(tmp_path / "set", manifest, small=SMALL, protected=PROTECTED)
    load_bundled(publish=True, folder=folder)
    publication.suppress(Actor.objects.get(slug="witness"), by=editor(), note="For safety.")
    folder_with(
        folder,
        "dossiers: [{file: small.yaml}, {file: protected.yaml}, {file: heard.yaml}]\n",
        small=SMALL.replace("The meeting", "The better title"),
        protected=PROTECTED.replace("kind: person", "kind: person, description: Was there."),
        heard=HEARD,
    )

    for _ in range(2):  # at every start
        report = load_bundled(publish=True, folder=folder)

        assert report.is_ok
        assert {file.name: file.is_left_out for file in report.files} == {
            "small": False, "protected": True, "heard": True,
        }  # fmt: skip
        assert any("never used again" in str(warning) for warning in report.warnings)
        assert any('no actor has the slug "witness"' in str(warning) for warning in report.warnings)
    assert Talk.objects.get().title == "The better title"
    assert not Actor.objects.filter(slug="witness").exists()


def test_a_dossier_does_not_take_a_retraction_back(small: Path, write: Write) -> None:
    load([small], publish=True)
    publication.retract([Outcome.objects.get()], by=editor(), note="There was one.")

    report = load([write("small", SMALL.replace("title: No agreement", "title: None at all"))], publish=True)

    assert [str(problem).partition(": ")[2] for problem in report.problems] == [
        "was retracted; publish it again at the desk if that was wrong, or take it out of the dossier"
    ]
    assert "outcomes[0]" in str(report.problems[0])
    assert Outcome.objects.get().title == "No agreement"

    assert load([write("small", SMALL.replace("The meeting", "The better title"))], publish=True).is_ok
    with open_window():
        assert Talk.objects.get().title == "The better title"
        assert not Outcome.objects.exists()


def test_a_bundled_dossier_quotes_at_most_twelve_words(tmp_path: Path) -> None:
    long = SMALL.replace('"they met"', '"' + "word " * 12 + 'word"')
    folder = folder_with(tmp_path / "set", "dossiers: [{file: small.yaml}]\n", small=long)

    assert [str(problem) for problem in load_bundled(folder=folder).problems] == [
        "small.yaml:35 talks[0].cite: the excerpt has 13 words; a bundled dossier quotes at most 12"
    ]
    assert load([folder / "small.yaml"]).is_ok


@pytest.mark.parametrize(
    ("manifest", "message"),
    [
        ("dossiers: small.yaml", "manifest.yaml:1 dossiers: must be a list of files: - file: NAME.yaml"),
        ("dossiers: [{file: ../x.yaml}]", "manifest.yaml:1 dossiers[0]: must name a file of this folder"),
        ("dossiers: [{file: none.yaml}]", "none.yaml:1 cannot be read: No such file or directory"),
    ],
)  # fmt: skip
def test_a_faulty_manifest_is_told_of(tmp_path: Path, manifest: str, message: str) -> None:
    folder = folder_with(tmp_path / "set", manifest)

    problems = [str(problem) for problem in load_bundled(folder=folder).problems]
    assert len(problems) == 1
    assert problems[0].startswith(message)


@pytest.mark.django_db(transaction=True)
def test_every_file_is_committed_by_itself(committed: None, small: Path, write: Write) -> None:
    later = write("later", f"talks:\n  - {{id: {TALK_ID}, slug: meeting, title: Another title}}\n")

    report = load([small, later], publish=True)

    assert [file.revision for file in report.files] == [1, 2]
    assert Talk.objects.get().version == 2
