"""Two published talks with everything they stand on: what most tests of the ledger look at."""

from dataclasses import dataclass

from django.contrib.auth.models import User

from negotiations import publication
from negotiations.models import Actor, Citation, Delegation, Issue, Process, Revision, Source, Talk
from negotiations.models.records import Record


def editor() -> User:
    return User.objects.get_or_create(username="editor", defaults={"is_staff": True})[0]


def published(*records: Record, kind: str = "new", note: str = "Entered.") -> Revision | None:
    return publication.publish(records, by=editor(), kind=kind, note=note)


@dataclass(frozen=True)
class Scenery:
    """Istanbul with a delegation of Ukraine, and Antalya; one source for both."""

    ukraine: Actor
    outlet: Actor
    source: Source
    process: Process
    istanbul: Talk
    antalya: Talk
    delegation: Delegation

    @property
    def records(self) -> tuple[Record, ...]:
        return (self.ukraine, self.outlet, self.source, self.process, self.istanbul, self.antalya)


def drafted() -> Scenery:
    """The scenery as drafts, lawful and cited, so that it could be published."""
    ukraine = Actor.objects.create(slug="ukraine", name="Ukraine", kind="state", iso3="UKR")
    outlet = Actor.objects.create(slug="outlet", name="The Outlet", kind="media")
    source = Source.objects.create(slug="page", kind="news", publisher=outlet, page_url="https://outlet.example/page")
    process = Process.objects.create(slug="direct-talks", title="Direct talks")
    istanbul, antalya = (
        Talk.objects.create(slug=slug, title=title, process=process, kind="round", status="held", start_edtf=day)
        for slug, title, day in [
            ("istanbul", "Istanbul talks", "2025-05-16"),
            ("antalya", "Antalya talks", "2022-03-10"),
        ]
    )
    delegation = Delegation.objects.create(talk=istanbul, party=ukraine, roles=["party"])
    for target in ({"talk": istanbul}, {"talk": antalya}, {"delegation": delegation}):
        Citation.objects.create(source=source, excerpt="they met", attribution="outlet", **target)
    return Scenery(ukraine, outlet, source, process, istanbul, antalya, delegation)


def public_scenery() -> Scenery:
    """The scenery, published as the newest revision."""
    scenery = drafted()
    published(*scenery.records)
    return scenery


def draft_issue() -> Issue:
    return Issue.objects.create(slug="secret-issue", name="A secret issue")
