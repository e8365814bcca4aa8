"""Which doors this process opens: the public API, the curators' desk, or both."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = []
if settings.SERVES_PUBLIC:
    urlpatterns += [
        path("", include("negotiations.dashboard.urls")),
        path("api/v1/", include("negotiations.api.urls")),
    ]
if settings.SERVES_DESK:
    from django.contrib import admin

    from negotiations.admin.worklists import work_list

    urlpatterns += [
        path("api/v1/desk/", include("negotiations.api.desk.urls")),
        path("admin/", include("negotiations.accounts.signing_in")),
        path("admin/work/<slug:name>/", admin.site.admin_view(work_list), name="work_list"),
        path("admin/", admin.site.urls),
    ]

handler400 = "negotiations.api.problems.bad_request"
handler404 = "negotiations.api.problems.not_found"
handler500 = "negotiations.api.problems.server_error"
