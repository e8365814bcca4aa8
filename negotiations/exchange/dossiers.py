"""Loads dossiers (docs/dossiers.md): reads all files, tells every error, then writes each file whole or not at all.

A dossier only adds and sets. Its acts on what is public go through `publication.publish` and no other way.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.db import DatabaseError, transaction

from negotiations import publication
from negotiations.exchange import writing
from negotiations.exchange.holdings import Holdings, Model
from negotiations.exchange.namesakes import warn_of_namesakes
from negotiations.exchange.planning import Plan, Planner, Stated
from negotiations.exchange.reading import Document, Problem, read
from negotiations.exchange.rows import Dossier, rows_of
from negotiations.models import LoadedDossier, Source
from negotiations.models.records import Record

BUNDLED = Path(__file__).resolve().parent / "dossiers"
MANIFEST = "manifest.yaml"
SYSTEM_ACCOUNT = "tracker-system"


@dataclass
class FileReport:
    """What one file did, or in a dry run would do, counted in records; `revision` is what it published."""

    name: str
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    revision: int | None = None
    is_skipped: bool = False

    def __str__(self) -> str:
        if self.is_skipped:
            return f"{self.name}: loaded before, skipped"
        counts = f"{self.new} new, {self.changed} changed, {self.unchanged} unchanged"
        return f"{self.name}: {counts}" + (f", published as revision {self.revision}" if self.revision else "")


@dataclass
class Report:
    """What a call did: a line for each file, and what is wrong or worth a look. With problems nothing was written."""

    files: list[FileReport] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    @property
    def is_ok(self) -> bool:
        return not self.problems


def load(
    paths: Iterable[Path],
    *,
    publish: bool = False,
    dry_run: bool = False,
    by: AbstractBaseUser | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> Report:
    """Load the dossiers in `paths`, in this order, and return what happened; faults of a file are never exceptions.

    All files are read, resolved and tried out together before the first is written. Then each is written in a
    transaction of its own, with `publish` as one revision: of the records it adds or changes, and of those it names
    that never were public. `by` (None: the system account) signs the revisions; `tell` is called with a line on each
    step. Run it outside a transaction, or all files become one. Cost: about 100 statements, one more for each record
    changed and two for each new actor or place.
    """
    tell("Reading")
    documents = [read(Path(path)) for path in paths]
    _refuse_same_names(documents)
    return _load(documents, publish=publish, dry_run=dry_run, by=by, tell=tell, is_bundled=False, stated_later={})


def load_bundled(
    *,
    publish: bool = False,
    dry_run: bool = False,
    by: AbstractBaseUser | None = None,
    tell: Callable[[str], None] = lambda _: None,
    folder: Path = BUNDLED,
) -> Report:
    """As `load`, for the dossiers in the manifest of `folder`; those published before and unchanged are skipped.

    A file keeps the last word over those before it, on what the database holds already, whether it is skipped or not.
    """
    manifest = read(folder / MANIFEST)
    documents = _documents_of(manifest)
    if manifest.problems:
        return Report(problems=sorted(manifest.problems))
    digests = dict(LoadedDossier.objects.values_list("name", "digest"))
    fresh = [document for document in documents if digests.get(document.name) != document.digest]
    report = _load(
        fresh, publish=publish, dry_run=dry_run, by=by, tell=tell, is_bundled=True,
        stated_later=_stated_later(documents, fresh),
    )  # fmt: skip
    report.files += [FileReport(document.name, is_skipped=True) for document in documents if document not in fresh]
    order = [document.name for document in documents]
    report.files.sort(key=lambda file: order.index(file.name))
    return report


def system_account() -> AbstractBaseUser:
    """The account that writes and signs what no person does: inactive, without a password, made when it is missing.

    It is a superuser, since nobody else publishes what they wrote; inactive as it is, it can do nothing else.
    """
    accounts = get_user_model()._default_manager
    found = accounts.filter(username=SYSTEM_ACCOUNT).first()
    if found is None:
        found = get_user_model()(username=SYSTEM_ACCOUNT, is_active=False, is_superuser=True)
        found.set_unusable_password()
        found.save()
    elif not found.is_superuser:  # made by an earlier release
        accounts.filter(pk=found.pk).update(is_superuser=True)
        found.is_superuser = True
    return found


def _documents_of(manifest: Document) -> list[Document]:
    stated = manifest.tree.get("dossiers")
    if not manifest.problems and not isinstance(stated, list):
        manifest.complain(("dossiers",), "must be a list of files: - file: NAME.yaml")
    documents = []
    for index, each in enumerate(stated if isinstance(stated, list) else []):
        file = each.get("file") if isinstance(each, dict) else None
        if not isinstance(file, str) or Path(file).name != file:
            manifest.complain(("dossiers", index), "must name a file of this folder: - file: NAME.yaml")
        else:
            documents.append(read(manifest.path.parent / file))
    _refuse_same_names(documents)
    return documents


def _stated_later(documents: list[Document], fresh: list[Document]) -> dict[str, Stated]:
    """For each file to load, by name: what files after it state of rows that the database holds already.

    Of a row that a file makes anew it says everything, whatever comes later: so the first load of the set tells the
    story in its order, and a later one changes only what differs at its end.
    """
    if not fresh or not Source.objects.exists():  # nothing to load, or the first load of all
        return {}
    plans = _plan([rows_of(read(document.path), is_bundled=True) for document in documents], {})
    held = _held({row for plan in plans for row in plan.stated})
    found: dict[str, Stated] = {}
    later: Stated = {}
    for document, plan in reversed(list(zip(documents, plans, strict=True))):
        if document in fresh:
            found[document.name] = dict(later)
        later |= {row: columns | later.get(row, set()) for row, columns in plan.stated.items() if row in held}
    return found


def _held(rows: Iterable[tuple[Model, UUID]]) -> set[tuple[Model, UUID]]:
    """Those of `rows` that the database holds; one query a kind."""
    by_model: dict[Model, list[UUID]] = defaultdict(list)
    for model, row_id in rows:
        by_model[model].append(row_id)
    return {
        (model, row_id)
        for model, ids in by_model.items()
        for row_id in model._default_manager.filter(pk__in=ids).values_list("pk", flat=True)
    }


def _refuse_same_names(documents: list[Document]) -> None:
    names: dict[str, Document] = {}
    for document in documents:
        if names.setdefault(document.name, document) is not document:
            document.complain((), "is given twice, or two files have this name")


def _load(
    documents: list[Document],
    *,
    publish: bool,
    dry_run: bool,
    by: AbstractBaseUser | None,
    tell: Callable[[str], None],
    is_bundled: bool,
    stated_later: dict[str, Stated],
) -> Report:
    tell("Checking")
    dossiers = [rows_of(document, is_bundled=is_bundled) for document in documents]
    if publish:
        _need_notes(dossiers)
    plans = _plan(dossiers, stated_later)
    report = Report()
    with writing.rolled_back():
        _try_out(plans, publish=publish, by=by, report=report)
    report.problems = sorted({problem for document in documents for problem in document.problems})
    report.warnings = sorted({warning for document in documents for warning in document.warnings})
    if report.problems:
        report.files = []
    elif not dry_run:
        report.files = []
        for plan in plans:
            tell(f"Writing {plan.dossier.document.name}")
            if not _write(plan, publish=publish, by=by, is_bundled=is_bundled, report=report):
                break
    return report


def _need_notes(dossiers: list[Dossier]) -> None:
    for dossier in dossiers:
        if dossier.document.tree and not dossier.note:
            dossier.document.complain(("revision", "note"), "is missing; it tells readers what the revision brings")


def _plan(dossiers: list[Dossier], stated_later: dict[str, Stated]) -> list[Plan]:
    holdings = Holdings.of(dossiers)
    for dossier in dossiers:
        for row in dossier.records:
            if slug := row.given.get("slug"):
                holdings.later.setdefault((row.shape.model, slug), dossier.document)
    planner = Planner(holdings)
    return [planner.plan(dossier, stated_later.get(dossier.document.name)) for dossier in dossiers]


def _try_out(plans: list[Plan], *, publish: bool, by: AbstractBaseUser | None, report: Report) -> None:
    """Write everything, publication included, inside a transaction that will be rolled back; tell what is refused."""
    for plan in plans:
        writing.try_out(plan)
        writing.check_rows(plan)
        warn_of_namesakes(plan)
        if any(earlier.dossier.document.problems for earlier in plans):
            continue  # what is missing would be complained of again
        document = plan.dossier.document
        try:
            with transaction.atomic():
                writing.check_deferred()
                publication.record_versions(_touched(plan), by=system_account())
                revision = _publish(plan, by) if publish else None
        except publication.Refused as refusal:
            for message in refusal.messages:
                document.complain((), f"cannot be published: {message}")
        except DatabaseError as error:
            document.complain((), f"the database refuses it: {str(error).splitlines()[0]}")
        else:
            report.files.append(_counts(plan, revision))


def _write(plan: Plan, *, publish: bool, by: AbstractBaseUser | None, is_bundled: bool, report: Report) -> bool:
    """Write a plan that has been tried out; False, with a problem told, when the world has changed since."""
    document = plan.dossier.document
    try:
        with transaction.atomic():
            writing.write(plan)
            publication.record_versions(_touched(plan), by=system_account())
            revision = _publish(plan, by) if publish else None
            if is_bundled and publish:
                LoadedDossier.objects.update_or_create(name=document.name, defaults={"digest": document.digest})
    except (writing.ChangedMeanwhile, publication.Refused, DatabaseError) as error:
        document.complain((), f"was not loaded, since something changed meanwhile; load again ({error})")
        report.problems.append(document.problems[-1])
        return False
    report.files.append(_counts(plan, revision))
    return True


def _touched(plan: Plan) -> list[Record]:
    """The records that the plan made or changed; the system account wrote these versions, whoever signs for them."""
    return writing.records_of(plan.records([*plan.new, *plan.changed]))


def _publish(plan: Plan, by: AbstractBaseUser | None) -> int | None:
    """Publish what the plan made or changed, and what it names and never was public; the number of the revision."""
    touched = _touched(plan)
    untouched = writing.records_of(plan.records(plan.unchanged))
    records = touched + [record for record in untouched if not publication.was_ever_public(record)]
    if not records:
        return None
    dossier = plan.dossier
    revision = publication.publish(
        records,
        by=by or system_account(),
        kind=dossier.kind,
        note=dossier.note,
        alone_because=f"Loaded from the dossier {dossier.document.name}, which was reviewed as a file.",
    )
    return revision.number if revision else None


def _counts(plan: Plan, revision: int | None) -> FileReport:
    return FileReport(plan.dossier.document.name, len(plan.new), len(plan.changed), len(plan.unchanged), revision)
