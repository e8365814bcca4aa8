"""The desk API's table of contents; the public process has none of it."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, path

from negotiations.api.desk.acts import ACTS, ActView, PublishView
from negotiations.api.desk.dossiers import DossiersView
from negotiations.api.desk.reading import ArticleTextViewSet, DeskVersionsViewSet
from negotiations.api.desk.records import DeskReadViewSet, DeskRecordViewSet, desk_view
from negotiations.api.desk.submissions import SubmissionViewSet
from negotiations.api.urls import RESOURCES as PUBLIC

RESOURCES: dict[str, type[DeskReadViewSet]] = {
    name: desk_view(view) for name, view in PUBLIC.items() if name != "revisions"
}
READ_ONE: dict[str, Any] = {"get": "retrieve"}
WRITE_ONE: dict[str, Any] = {"put": "update", "patch": "partial_update", "delete": "destroy"}


def resource(name: str, view: type[DeskReadViewSet]) -> list[URLPattern]:
    one = f"{name}/<{view.addressed_by}:id>/"
    if not issubclass(view, DeskRecordViewSet):
        return [path(f"{name}/", view.as_view({"get": "list"})), path(one, view.as_view(READ_ONE))]
    model = view.serializer_class.Meta.model
    versions = DeskVersionsViewSet.as_view({"get": "list"}, record_view=view)
    return [
        path(f"{name}/", view.as_view({"get": "list", "post": "create"})),
        path(one, view.as_view(READ_ONE | WRITE_ONE)),
        path(f"{one}versions/", versions),
        *(path(f"{one}{act.name}/", ActView.as_view(model=model, does=act)) for act in ACTS),
    ]


urlpatterns = [
    *(pattern for name, view in RESOURCES.items() for pattern in resource(name, view)),
    path("dossiers/", DossiersView.as_view()),
    path("publish/", PublishView.as_view()),
    path("submissions/", SubmissionViewSet.as_view({"get": "list", "post": "create"})),
    path("submissions/<part_id:id>/", SubmissionViewSet.as_view(READ_ONE)),
    path("submissions/<part_id:id>/publish/", SubmissionViewSet.as_view({"post": "publish"})),
    path("submissions/<part_id:id>/send-back/", SubmissionViewSet.as_view({"post": "send_back"})),
    path("submissions/<part_id:id>/withdraw/", SubmissionViewSet.as_view({"post": "withdraw"})),
    path("article-texts/", ArticleTextViewSet.as_view({"get": "list"})),
    path("article-texts/<part_id:id>/", ArticleTextViewSet.as_view(READ_ONE)),
]
