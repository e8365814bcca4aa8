"""The pages around signing in: allauth's for password and second factor, one-time links, and who is signed in."""

from __future__ import annotations

from typing import Any

from allauth.account import views as account
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.base import views as mfa
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.views import INTERNAL_RESET_SESSION_TOKEN, PasswordResetConfirmView
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.urls import URLPattern, path, reverse_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView

from negotiations.accounts.links import signs, use_link
from negotiations.accounts.site import way_in
from negotiations.models import Account


class SetUpFactorView(totp.ActivateTOTPView):  # type: ignore[misc]  # allauth has no types
    """Who sets up a second factor has just shown that they have it."""

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        factor = Authenticator.objects.get(user_id=self.request.user.pk, type=Authenticator.Type.TOTP)
        record_authentication(self.request, self.request.user, "mfa", id=factor.pk, type=factor.type)
        return response


class LinkView(PasswordResetConfirmView):
    """Whoever has a one-time link chooses the password of the account."""

    template_name = "account/link.html"
    token_generator = signs
    success_url = reverse_lazy("admin:login")
    title = "Choose your password"

    def get_user(self, uidb64: str) -> Any:
        user = super().get_user(uidb64)
        return Account.objects.of_staff().filter(pk=user.pk, is_active=True).first() if user else None

    def form_valid(self, form: Any) -> HttpResponse:
        account: Any = self.user  # who has a form has an account
        token = self.request.session.pop(INTERNAL_RESET_SESSION_TOKEN)
        try:
            use_link(account, token, form.cleaned_data["new_password1"])
        except ValidationError:  # used in another window meanwhile
            self.validlink = False
            return self.render_to_response(self.get_context_data())
        said = "Chose a password by a one-time link."
        LogEntry.objects.log_actions(account.pk, [account], CHANGE, said, single_object=True)
        messages.success(self.request, _("The password is set: sign in with it."))
        return HttpResponseRedirect(self.get_success_url())


@require_safe
@never_cache
def session_state(request: HttpRequest) -> JsonResponse:
    """Who may send a form from this browser now, and the token that it has to carry."""
    may = request.user.is_active and getattr(request.user, "is_staff", False) and way_in(request, "/") is None
    who = {"user": str(request.user.pk), "name": request.user.get_username()} if may else {"user": None, "name": None}
    return JsonResponse({**who, "token": get_token(request)})


def page(name: str) -> Any:
    return never_cache(TemplateView.as_view(template_name=f"account/{name}.html"))


urlpatterns: list[URLPattern] = [
    path("login/", account.login, name="account_login"),
    path("account/session/", session_state, name="desk_session"),
    path("account/signed-in/", page("signed_in"), name="desk_signed_in"),
    path("account/inactive/", page("inactive"), name="account_inactive"),
    path("account/link/<uidb64>/<token>/", LinkView.as_view(), name="desk_link"),
    path("account/again/", account.reauthenticate, name="account_reauthenticate"),
    path("account/second-factor/", mfa.index, name="mfa_index"),
    path("account/second-factor/give/", mfa.authenticate, name="mfa_authenticate"),
    path("account/second-factor/again/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("account/second-factor/set-up/", SetUpFactorView.as_view(), name="mfa_activate_totp"),
    path("account/second-factor/take-away/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("account/recovery-codes/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("account/recovery-codes/new/", recovery.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("account/recovery-codes/file/", recovery.download_recovery_codes, name="mfa_download_recovery_codes"),
]
