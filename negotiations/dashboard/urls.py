"""The pages' addresses. One more page is a line here, a template that extends base.html, and an entry module."""

from django.urls import path

from negotiations.dashboard.views import page

urlpatterns = [
    path("", page, {"template": "start.html"}, name="start"),
]
