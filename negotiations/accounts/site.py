"""The desk's doors: who is let in, who is led to a second factor first, and what becomes of a late form."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import update_wrapper
from typing import Any

from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import urlencode

from negotiations.accounts import identity
from negotiations.accounts.held import held

View = Callable[..., HttpResponseBase]
WAY_BACK = "way_back"  # in the session: the page of the desk that was asked for before the second factor was


def way_in(request: HttpRequest, back: str) -> str | None:
    """Where somebody of the staff has to go before they may see the desk, and then `back`; None when they may now."""
    if not identity.needs_second_factor(request.user) or identity.gave_second_factor(request):
        return None
    step = "mfa_reauthenticate" if identity.has_second_factor(request.user) else "mfa_activate_totp"
    return f"{reverse(step)}?{urlencode({'next': back})}"


class DeskSite(AdminSite):
    """Django admin behind allauth's sign-in, with our own pages alone."""

    site_header = "Negotiation tracker, curators' desk"
    site_title = "Curators' desk"
    index_title = "Records"
    site_url = None  # the public door may be another process at another address

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Other apps' pages are left out: they would change users, groups and second factors past our rules."""
        models: Iterable[type[Model]] = (
            [model_or_iterable] if isinstance(model_or_iterable, type) else list(model_or_iterable)
        )
        if ours := [model for model in models if model._meta.app_label == "negotiations"]:
            super().register(ours, admin_class, **options)

    def admin_view(self, view: View, cacheable: bool = False) -> Any:  # a view
        inner = super().admin_view(view, cacheable)

        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            is_let_in = self.has_permission(request)
            if request.user.is_authenticated and not is_let_in:
                raise PermissionDenied
            way = way_in(request, request.get_full_path()) if is_let_in else self.login_address(request)
            if way is None or request.path == reverse("admin:logout"):
                return inner(request, *args, **kwargs)
            if request.method == "POST":
                return held(request, way)
            # Setting up a second factor takes several pages, and none of allauth's hands `next` on. What a browser asks
            # for beside a page is none to come back to.
            if is_let_in and request.headers.get("Sec-Fetch-Dest", "document") == "document":
                request.session[WAY_BACK] = request.get_full_path()
            return HttpResponseRedirect(way)

        return update_wrapper(guarded, inner)

    def login_address(self, request: HttpRequest) -> str:
        return f"{reverse('admin:login')}?{urlencode({'next': request.get_full_path()})}"

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """allauth's; there is no other way in."""
        from allauth.account.views import login

        response: HttpResponse = login(request)
        return response
