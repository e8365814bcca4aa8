"""Loads dossiers (docs/dossiers.md): reads all files, tells every error, then writes each file whole or not at all.

A dossier only adds and sets. Its acts on what is public go through `publication.publish` and no other way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.db import DatabaseError, transaction

from negotiations import publication
from negotiations.exchange import writing
from negotiations.exchange.holdings import Holdings
from negotiations.exchange.namesakes import warn_of_namesakes
from negotiations.exchange.planning import Plan, Planner, Stated
from negotiations.exchange.reading import Document, Problem, read
from negotiations.exchange.rows import Dossier, rows_of
from negotiations.ledger.stages import RETRACTED, stages
from negotiations.models import LoadedDossier
from negotiations.models.records import Record

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
    is_left_out: bool = False

    def __str__(self) -> str:
        if self.is_skipped:
            return f"{self.name}: loaded before, skipped"
        if self.is_left_out:
            return f"{self.name}: left out, since it does not fit what is held here; what it brought before stays"
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
    refuse_same_names(documents)
    return load_documents(
        documents, publish=publish, dry_run=dry_run, by=by, tell=tell, is_bundled=False, stated_later={}
    )


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


def refuse_same_names(documents: list[Document]) -> None:
    names: dict[str, Document] = {}
    for document in documents:
        if names.setdefault(document.name, document) is not document:
            document.complain((), "is given twice, or two files have this name")


def load_documents(
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
    plans = plans_of(dossiers, stated_later)
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


def plans_of(dossiers: list[Dossier], stated_later: dict[str, Stated]) -> list[Plan]:
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
        if publish and _tell_of_retracted(plan):
            continue
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


def _tell_of_retracted(plan: Plan) -> bool:
    """Tell of each record that the plan changes and somebody has retracted: publishing it would take that back."""
    found: dict[UUID, str] = {}
    changed = {plan.ids[row]: row for row in plan.changed}
    for model in {row.shape.model for row in plan.changed}:
        found |= stages(model, [id for id, row in changed.items() if row.shape.model is model])  # type: ignore[arg-type]
    retracted = [changed[id] for id, stage in found.items() if stage == RETRACTED]
    for row in retracted:
        row.complain("was retracted; publish it again at the desk if that was wrong, or take it out of the dossier")
    return bool(retracted)


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
