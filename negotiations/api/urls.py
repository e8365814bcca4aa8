"""The public API's table of contents. `{id}` is an id or a slug; every path but the contract's ends in a slash."""

from typing import Any

from django.urls import URLPattern, path, register_converter

from negotiations.api.actors import ActorViewSet, AffiliationViewSet
from negotiations.api.analyses import AnalysisView
from negotiations.api.asked_values import ADDRESS
from negotiations.api.changes import ChangesViewSet
from negotiations.api.comparison import TalkComparisonView
from negotiations.api.context import ContextView
from negotiations.api.coverage import CoverageViewSet
from negotiations.api.disputes import DisputesView
from negotiations.api.events import EventViewSet
from negotiations.api.formats import EVERYWHERE, formats_of
from negotiations.api.identifiers import IdentifierView
from negotiations.api.implementation import ImplementationView
from negotiations.api.issues import IssueViewSet
from negotiations.api.matrix import MatrixView
from negotiations.api.outcomes import OutcomeViewSet
from negotiations.api.places import PlaceViewSet
from negotiations.api.positions import PositionViewSet
from negotiations.api.processes import ProcessViewSet
from negotiations.api.records import ReadViewSet, RecordViewSet
from negotiations.api.revisions import NewestRevisionViewSet, RevisionViewSet
from negotiations.api.root import DocumentationView, RootView, contract
from negotiations.api.search import SearchView
from negotiations.api.sources import SourceViewSet
from negotiations.api.statements import StatementViewSet
from negotiations.api.streams import RecordOfActorView, TimelineView
from negotiations.api.talks import DelegationViewSet, TalkViewSet
from negotiations.api.versions import ComparisonView, VersionsViewSet
from negotiations.api.vocabularies import VocabularyViewSet

RESOURCES: dict[str, type[ReadViewSet]] = {
    "processes": ProcessViewSet,
    "talks": TalkViewSet,
    "delegations": DelegationViewSet,
    "actors": ActorViewSet,
    "affiliations": AffiliationViewSet,
    "places": PlaceViewSet,
    "issues": IssueViewSet,
    "positions": PositionViewSet,
    "statements": StatementViewSet,
    "outcomes": OutcomeViewSet,
    "events": EventViewSet,
    "sources": SourceViewSet,
    "revisions": RevisionViewSet,
}


# What is asked of one record, or of all, by its path without the slash or suffix behind it.
ANALYSES: dict[str, type[AnalysisView]] = {
    "processes/<address:id>/matrix": MatrixView,
    "talks/<address:id>/context": ContextView,
    "disputes": DisputesView,
    "processes/<address:id>/timeline": TimelineView,
    "processes/<address:id>/implementation": ImplementationView,
    "actors/<address:id>/record": RecordOfActorView,
    "talks/<address:id>/compare/<address:other>": TalkComparisonView,
}


class _Text:
    """A part of a path that is taken as it is."""

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class Address(_Text):
    regex = ADDRESS


class PartId(_Text):
    regex = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"


class Number(_Text):
    regex = "(?:0|[1-9][0-9]{0,17})"


class Suffix(_Text):
    regex = "[a-z]{1,10}"


class Word(_Text):
    regex = "[^/:]{1,120}"


class Anything(_Text):
    """Slashes too: they are decoded before a path is read."""

    regex = ".+"


CONVERTERS: dict[str, type[Any]] = {
    "address": Address, "part_id": PartId, "number": Number, "suffix": Suffix, "word": Word, "anything": Anything,
}  # fmt: skip
for name, converter in CONVERTERS.items():
    register_converter(converter, name)


def resource(name: str, view: type[ReadViewSet]) -> list[URLPattern]:
    one = f"{name}/<{view.addressed_by}:id>/"
    many = view.as_view({"get": "list"}, resource=name, formats=formats_of(name))
    patterns = [
        path(f"{name}/", many, name=name),
        path(f"{name}.<suffix:suffix>", many, name=f"{name}-file"),
        path(one, view.as_view({"get": "retrieve"}), name=f"{name}-detail"),
    ]
    if issubclass(view, RecordViewSet):
        versions = VersionsViewSet.as_view(
            {"get": "list"}, record_view=view, resource=f"{name}-versions", formats=EVERYWHERE
        )
        comparison = ComparisonView.as_view(record_view=view)
        patterns += [
            path(f"{one}versions/", versions, name=f"{name}-versions"),
            path(f"{one}versions.<suffix:suffix>", versions, name=f"{name}-versions-file"),
            path(f"{one}versions/<number:m>/diff/<number:n>/", comparison, name=f"{name}-diff"),
        ]
    return patterns


def analysis(route: str, view: type[AnalysisView]) -> list[URLPattern]:
    asked = view.as_view()
    return [
        path(f"{route}/", asked, name=view.name),
        path(f"{route}.<suffix:suffix>", asked, name=f"{view.name}-file"),
    ]


changes = ChangesViewSet.as_view({"get": "list"}, resource="changes", formats=EVERYWHERE)
coverage = CoverageViewSet.as_view({"get": "list"}, resource="coverage", formats=EVERYWHERE)

urlpatterns = [
    path("", RootView.as_view(), name="root"),
    path("openapi.yaml", contract, name="contract"),
    path("docs/", DocumentationView.as_view(), name="documentation"),
    path("changes/", changes, name="changes"),
    path("changes.<suffix:suffix>", changes, name="changes-file"),
    path("search/", SearchView.as_view(), name="search"),
    path("coverage/", coverage, name="coverage"),
    path("coverage.<suffix:suffix>", coverage, name="coverage-file"),
    path("vocabularies/", VocabularyViewSet.as_view({"get": "list"}), name="vocabularies"),
    path("vocabularies/<word:name>/", VocabularyViewSet.as_view({"get": "retrieve"}), name="vocabularies-detail"),
    path("identifiers/<word:scheme>:<anything:value>/", IdentifierView.as_view(), name="identifiers"),
    path("revisions/head/", NewestRevisionViewSet.as_view({"get": "retrieve"}), name="revisions-head"),
    *(pattern for name, view in RESOURCES.items() for pattern in resource(name, view)),
    *(pattern for route, view in ANALYSES.items() for pattern in analysis(route, view)),
]
