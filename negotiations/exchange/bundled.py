"""The dossiers that come with the tracker: loaded in the order of their manifest, and again only when they changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser

from negotiations.exchange.dossiers import FileReport, Report, load_documents, plans_of, refuse_same_names
from negotiations.exchange.holdings import Model
from negotiations.exchange.planning import Stated
from negotiations.exchange.reading import Document, Problem, read
from negotiations.exchange.rows import rows_of
from negotiations.models import LoadedDossier, Source

BUNDLED = Path(__file__).resolve().parent / "dossiers"
MANIFEST = "manifest.yaml"


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
    Once the set was loaded, a changed file that does not fit what was done here since (it names a record that was
    suppressed, retracted or renamed) is left out with a warning, as is what rests on it: an installation goes on with
    what it has.
    """
    digests = dict(LoadedDossier.objects.values_list("name", "digest"))
    misfits: dict[str, list[Problem]] = {}
    while True:
        manifest = read(folder / MANIFEST)
        documents = _documents_of(manifest)
        if manifest.problems:
            return Report(problems=sorted(manifest.problems))
        held = [document for document in documents if document.name not in misfits]
        fresh = [document for document in held if digests.get(document.name) != document.digest]
        report = load_documents(
            fresh, publish=publish, dry_run=dry_run, by=by, tell=tell, is_bundled=True,
            stated_later=_stated_later(held, fresh),
        )  # fmt: skip
        faulty = {document.name: document.problems for document in fresh if document.problems}
        if not digests or not faulty or any(not file.is_skipped for file in report.files):
            break
        misfits |= faulty
    report.warnings = sorted({*report.warnings, *(problem for told in misfits.values() for problem in told)})
    report.files += [FileReport(name, is_left_out=True) for name in misfits]
    report.files += [FileReport(document.name, is_skipped=True) for document in held if document not in fresh]
    order = [document.name for document in documents]
    report.files.sort(key=lambda file: order.index(file.name))
    return report


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
    refuse_same_names(documents)
    return documents


def _stated_later(documents: list[Document], fresh: list[Document]) -> dict[str, Stated]:
    """For each file to load, by name: what files after it state of rows that the database holds already.

    Of a row that a file makes anew it says everything, whatever comes later: so the first load of the set tells the
    story in its order, and a later one changes only what differs at its end.
    """
    if not fresh or not Source.objects.exists():  # nothing to load, or the first load of all
        return {}
    plans = plans_of([rows_of(read(document.path), is_bundled=True) for document in documents], {})
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
