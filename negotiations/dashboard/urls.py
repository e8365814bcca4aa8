"""The pages' addresses. One more page is a line here, a template that extends base.html, and an entry module."""

from django.urls import path

from negotiations.dashboard.views import about, page

urlpatterns = [
    path("", page, {"template": "start.html"}, name="start"),
    path("about/", about, name="about"),
    path("talks/<slug:slug>/", page, {"template": "talk.html"}, name="talk"),
    path("actors/<slug:slug>/", page, {"template": "actor.html"}, name="actor"),
]
