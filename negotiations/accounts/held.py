"""What was typed into a form whose session has ended: the answer gives it back, to be sent again after signing in.

It stands in that answer and nowhere else: in no session, log or address. With JavaScript on, `session.js` notices
before anything is sent, and this page is not needed.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.csrf import csrf_failure as djangos_csrf_failure

DESK = "/admin/"
SIGNING_IN = ("/admin/login/", "/admin/account/")
# Never given back: the token is another one by then, and what proves who somebody is has no place in a page.
NOT_KEPT = {"csrfmiddlewaretoken", "proof", "old_password", "new_password1", "new_password2"}


def held(request: HttpRequest, way_in: str | None) -> HttpResponseBase:
    """A page that keeps what `request` posted; `way_in` is where to sign in first, None when that was done."""
    kept = [(name, value) for name, values in request.POST.lists() if name not in NOT_KEPT for value in values]
    files = [file.name for _, several in request.FILES.lists() for file in several]
    if not kept and not files:
        return HttpResponseRedirect(way_in or reverse("admin:index"))
    context = {
        "title": _("What you typed is kept here"),
        "kept": kept,
        "texts": [(name, value) for name, value in kept if value.strip() and not name.startswith("_")],
        "files": files,
        "address": request.get_full_path(),
        "signs_in": way_in and f"{way_in.partition('?')[0]}?next={reverse('desk_signed_in')}",
    }
    response = TemplateResponse(request, "account/held.html", context, status=403)
    add_never_cache_headers(response)
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponseBase:
    """A form of the desk's own that was filled in before its sender signed in again; anything else is refused.

    The browser says that the form is ours (`Origin`, `Sec-Fetch-Site`), which no other site can make it say; still
    nothing is done before its sender presses a button.
    """
    if not (request.path.startswith(DESK) and _is_ours(request)):
        refused: HttpResponse = djangos_csrf_failure(request, reason)
        return refused
    if request.path.startswith(SIGNING_IN):
        return HttpResponseRedirect(request.get_full_path())  # the page once more, with a token that fits
    from negotiations.accounts.site import way_in

    signed_in = request.user.is_authenticated
    back = reverse("desk_signed_in")
    return held(request, way_in(request, back) if signed_in else f"{reverse('admin:login')}?next={back}")


def _is_ours(request: HttpRequest) -> bool:
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return False
    return request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
