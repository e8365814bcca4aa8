"""Desks made by Hypothesis around what is public: drafts, pending edits, lost parts, submissions and private texts.

A desk never changes what is public. Whatever it holds is unlike it in every text and like it in every word that is
asked by: drafts are copies of public records, so each filter and search that finds those would find them.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid5

from django.db import IntegrityError, connection, models, transaction
from django.db.utils import DataError, InternalError

from negotiations import publication
from negotiations.ledger import aggregates
from negotiations.models import ArticleText, Assertion, Identifier, Source, Withdrawal
from negotiations.models.records import EdtfField, LineField, Part, ProseField, Record, WebAddressField
from negotiations.vocabulary import WORDS_OF
from tests.api.plans import CANARY, FIRST, LAST, MARKED, REPLACED, Plan
from tests.scenery import editor

NOT_FREE = ("value", "language", "translated_from", "zone")  # codes, which cannot say just anything
DAYS = {FIRST: "1900", LAST: "2999-12-31"}
UNIQUE_TWICE = {"iso3": None, "is_headline": False, "round_number": None}  # what a copy may not have as well
REFUSED = (IntegrityError, DataError, InternalError)

Values = dict[str, Any]
Tables = dict[type[models.Model], list[Values]]


def columns_of(model: type[models.Model]) -> list[Any]:
    return [column for column in model._meta.concrete_fields if not isinstance(column, models.GeneratedField)]


# What a row refers to without being a part of it.
REFERENCES: list[tuple[Any, Any]] = [
    (model, column)
    for model in aggregates.tables()
    for column in columns_of(model)
    if column.is_relation and column.name not in getattr(model, "PART_OF", ())
]


def desk() -> Tables:
    """The desk's rows as they are."""
    return {
        model: list(model._default_manager.order_by("pk").values(*(column.attname for column in columns_of(model))))
        for model in (*aggregates.tables(), ArticleText)
    }


@dataclass
class Desk:
    """One desk around what is public, built in memory and written at once."""

    public: Tables
    plan: Plan
    rows: Tables = field(default_factory=lambda: defaultdict(list))
    changed: list[tuple[type[models.Model], Any]] = field(default_factory=list)
    told: int = 0

    def furnish(self) -> None:
        """Replace the desk's rows, which may be another world's, by these."""
        self._edit()
        self._draft(outer=True)
        if self.plan.has_inner_drafts:
            self._draft(outer=False)
        self._attach()
        self._keep_articles()
        with transaction.atomic(), connection.cursor() as cursor:
            tables = [model._meta.db_table for model in self.public]
            tables += ["negotiations_pin", "negotiations_submission", "negotiations_edit"]
            cursor.execute("; ".join(f"DELETE FROM public.{table}" for table in tables))
            for model in self.public:
                model._default_manager.bulk_create([model(**values) for values in self.rows[model]])
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            self._lead_elsewhere()
            for choice in self.plan.bold:
                self._change_boldly(*choice)
        self._submit()

    def _retold(self, model: type[models.Model], values: Values) -> Values:
        """`values` with other texts, and for the first and the last other days."""
        telling = self.plan.tellings[self.told % len(self.plan.tellings)]
        self.told += 1
        new = dict(values)
        for column in columns_of(model):
            new[column.attname] = self._as_told(model, column, values, telling)
        if telling in DAYS and new.get("end_edtf"):
            new["end_edtf"] = None
        return new

    def _as_told(self, model: type[models.Model], column: Any, values: Values, telling: str) -> Any:
        value, canary = values[column.attname], self.plan.canary
        if isinstance(column, EdtfField):
            return DAYS.get(telling, value) if value else value
        if isinstance(column, WebAddressField):
            return f"https://{CANARY.lower()}.example/{self.told}" if value else value
        is_word = model is Assertion and column.attname == "word" and values["field"] in WORDS_OF
        if not isinstance(column, LineField | ProseField) or column.attname in NOT_FREE or is_word or not value:
            return value
        told = {
            REPLACED: canary,
            MARKED: f"{canary} {value}",
            FIRST: f"!{canary} {value}",
            LAST: f"zzz{canary} {value}",
        }
        return told[telling][: 80 if column.attname == "label" else 500]

    def _edit(self) -> None:
        """Pending edits of what is public, and public parts that are to go."""
        lost = set(self._lost())
        for number, (model, values) in enumerate(_each(self.public)):
            if values["id"] in lost:
                continue
            new = dict(values)
            if _chosen(self.plan.edited, number):
                new = self._retold(model, values)
            if issubclass(model, Record) and _chosen(self.plan.renamed, number):
                new["slug"] = renamed(values["slug"])
            if issubclass(model, Record) and new != values:
                new["version"] += 1
                self.changed.append((model, values["id"]))
            self.rows[model].append(new)

    def _lost(self) -> Iterator[UUID]:
        """Parts that nothing refers to, so that they can go."""
        held = {
            values[column.attname]
            for model, values in _each(self.public)
            for column in columns_of(model)
            if column.is_relation
        }
        for number, (model, values) in enumerate(_each(self.public)):
            if issubclass(model, Part) and values["id"] not in held and _chosen(self.plan.lost, number):
                yield values["id"]

    def _draft(self, *, outer: bool) -> None:
        """Drafts that share what they refer to with what is public, or (inner ones) refer to one another."""
        copied = set()
        for number, (model, values) in enumerate(_each(self.public)):
            is_record = issubclass(model, Record)
            owner = next((values[f"{name}_id"] for name in getattr(model, "PART_OF", ()) if values[f"{name}_id"]), None)
            if model is ArticleText or (
                outer and not (_chosen(self.plan.drafts, number) if is_record else owner in copied)
            ):
                continue
            copied.add(values["id"])
            new = self._copy(model, values, draft_of(values["id"], outer), outer)
            for column in columns_of(model):
                is_owner = column.name in getattr(model, "PART_OF", ())
                if column.is_relation and new[column.attname] and (is_owner or not outer):
                    new[column.attname] = draft_of(new[column.attname], outer)
            self.rows[model].append(new)
            if is_record:
                self.changed.append((model, new["id"]))

    def _copy(self, model: type[models.Model], values: Values, id: UUID, outer: bool) -> Values:
        new = self._retold(model, values)
        new["id"] = id
        if issubclass(model, Record):
            new["slug"] = draft_slug(values["slug"], outer)
        twice = UNIQUE_TWICE if outer else {"iso3": None}
        new.update({name: value for name, value in twice.items() if name in new})
        if "scheme" in new:
            new["value"] = str(new["id"])
        if outer and "sits_with_id" in new:
            new["sits_with_id"] = None  # of another talk, and would share neither
        return new

    def _attach(self) -> None:
        """Unpublished parts of public records, which refer to drafts wherever they can."""
        here = {values["id"] for rows in self.rows.values() for values in rows}
        for number, (model, values) in enumerate(_each(self.public)):
            if not issubclass(model, Part) or not _chosen(self.plan.attached, number):
                continue
            new = self._copy(model, values, uuid5(values["id"], "attached"), True)
            if "capacity" in new:
                new["capacity"] = "member"  # there is one head
            for column in columns_of(model):
                if column.is_relation and column.name not in model.PART_OF and new[column.attname]:
                    found = draft_of(new[column.attname], False)
                    new[column.attname] = found if found in here else new[column.attname]
            owner = next(new[f"{name}_id"] for name in model.PART_OF if new[f"{name}_id"])
            if owner in here and (self.plan.has_inner_drafts or not _is_unique(model)):
                self.rows[model].append(new)

    def _keep_articles(self) -> None:
        """Private texts of sources, public and draft; some say what is searched for, or cited."""
        told = [self.plan.articles[number % len(self.plan.articles)] for number in range(len(self.rows[Source]))]
        self.rows[ArticleText] = [
            {"id": uuid5(source["id"], "article"), "source_id": source["id"], "text": f"{self.plan.canary}. {text}."}
            for source, text in zip(self.rows[Source], told, strict=True)
            if text is not None
        ]

    def _lead_elsewhere(self) -> None:
        """Pending edits of references: for some columns a public row leads to a draft, or to nothing."""
        here = {values["id"] for rows in self.rows.values() for values in rows}
        for number, (model, column) in enumerate(REFERENCES):
            leading = [values for values in self.public[model] if values[column.attname]]
            chosen = self.plan.moved[number % len(self.plan.moved)]
            if leading and chosen is not None:
                values = leading[chosen % len(leading)]
                drafts = [draft_of(values[column.attname], outer) for outer in (True, False)]
                self._change(model, values["id"], column, next((draft for draft in drafts if draft in here), None))

    def _change_boldly(self, where: int, column: int, to: int) -> None:
        """One value of one row becomes anything; PostgreSQL may refuse."""
        models_here = [model for model in self.public if self.rows[model]]
        model = models_here[where % len(models_here)]
        values = random.Random(where).choice(self.rows[model])  # noqa: S311
        owners = getattr(model, "PART_OF", ())
        open_columns = [c for c in columns_of(model) if c.name not in ("id", "slug", "version", *owners)]
        changed = open_columns[column % len(open_columns)]
        value = self._anything(changed, random.Random(to))  # noqa: S311
        self._change(model, values["id"], changed, value)

    def _change(self, model: type[models.Model], id: UUID, column: Any, value: Any) -> None:
        try:
            with transaction.atomic():
                model._default_manager.filter(pk=id).update(**{column.attname: value})
        except REFUSED:
            pass

    def _anything(self, column: Any, chance: random.Random) -> Any:
        if column.is_relation:
            rows = self.rows[column.related_model]
            return chance.choice(rows)["id"] if rows and chance.random() < 0.8 else None
        if column.choices:
            return chance.choice([word for word, _ in column.choices])
        if isinstance(column, EdtfField):
            return chance.choice(["2025-05-16", "1900", "2999", None])
        if isinstance(column, LineField | ProseField):
            return chance.choice([self.plan.canary, "", None]) if column.null else chance.choice([self.plan.canary, ""])
        return None

    def _submit(self) -> None:
        """Some of it is in review, some was sent back; all of it has an author."""
        merged = set(Withdrawal.objects.filter(act="merge").values_list("record_id", flat=True))
        found = [(model, id) for model, id in self.changed if id not in merged]
        by = editor()
        for model, ids in _by_model(found).items():
            publication.record_versions(model._default_manager.filter(pk__in=ids), by=by)
        chosen = _by_model(found[:: max(1, len(found) // (2 * self.plan.sent))])
        records = [record for model, ids in chosen.items() for record in model._default_manager.filter(pk__in=ids)]
        publication.submit(records[: self.plan.sent], by=by, note=f"{self.plan.canary}: please look.")


def _each(tables: Tables) -> Iterator[tuple[Any, Values]]:
    return ((model, values) for model, rows in tables.items() for values in rows)


def _chosen(pattern: tuple[bool, ...], number: int) -> bool:
    return pattern[number % len(pattern)]


def _by_model(found: list[tuple[Any, UUID]]) -> dict[Any, list[UUID]]:
    chosen: dict[Any, list[UUID]] = {}
    for model, id in found:
        chosen.setdefault(model, []).append(id)
    return chosen


def _is_unique(model: type[models.Model]) -> bool:
    """Whether two of its rows under one owner need to differ in what they refer to."""
    return any(isinstance(rule, models.UniqueConstraint) for rule in model._meta.constraints) and (
        model is not Identifier
    )


def draft_of(id: UUID, outer: bool) -> UUID:
    """The id that a draft of the public row `id` has, in every world that has one."""
    return uuid5(id, "outer" if outer else "inner")


def draft_slug(slug: str, outer: bool) -> str:
    return f"{slug}-{'outer' if outer else 'inner'}-draft"


def renamed(slug: str) -> str:
    return f"{slug}-renamed"
