"""Accounts on the desk: administrators invite people, give them roles, hand out one-time links, deactivate."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.translation import gettext_lazy as _

from negotiations.accounts import changing, identity
from negotiations.accounts.links import make_link
from negotiations.admin.base import PageAdmin, RowForm, Words, page_of, signed_in
from negotiations.admin.proof import asking_for_proof, with_proof
from negotiations.models import Account
from negotiations.models.accounts import ROLES

RIGHT = "negotiations.manage_accounts"
FIELDS = ("username", "email", "roles")
NOT_DELETED = _("Accounts are not deleted, since what they wrote and decided names them. Deactivate “{}” instead.")


class AccountForm(RowForm):
    """A name to sign in with, an address for people, and roles."""

    roles = forms.MultipleChoiceField(
        choices=[(role, role) for role in ROLES],
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "What they may do: Readers look, Curators enter, Editors publish what others entered, Administrators look"
            " after accounts and suppress."
        ),
    )

    class Meta:
        model = Account
        fields = ("username", "email")
        labels = {"username": _("Name"), "email": _("E-mail address")}
        help_texts = {
            "username": _("To sign in with, and what the desk shows beside their work: olena.k"),
            "email": _("So that you know how to reach them; the tracker sends nothing: olena@desk.example"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding:
            self.initial["roles"] = self.instance.roles
            self.fields["roles"].required = not self.instance.is_superuser

    def clean_username(self) -> str:
        name: str = self.cleaned_data["username"]
        if "username" in self.changed_data:
            changing.refuse_taken(name, but=self.instance)
        return name

    def clean_roles(self) -> list[str]:
        roles = [role for role in ROLES if role in self.cleaned_data["roles"]]
        if not self.instance._state.adding:
            changing.refuse_to_lock_out(self.instance, roles)
        return roles


@dataclass(frozen=True)
class Act:
    """Something an administrator does with an account, on a page that says what follows."""

    name: str  # in addresses
    verb: Words
    follows: Words
    is_offered: Callable[[Account], bool]
    run: Callable[[Account], str | None]  # a one-time link, if it makes one
    done: str  # what is said afterwards, and put down in the log


ACTS = (
    Act("link", _("Make a one-time link"), _("The present password stops working and every session of the account ends."
        " Whoever has the link chooses a new password, within 24 hours and once; a link that was made before ends."),
        lambda account: account.is_active, make_link,
        "A one-time link was made; the password before it has ended."),  # of the log
    Act("reset-second-factor", _("Reset the second factor"), _("Its authenticator and recovery codes are forgotten."
        " Whoever needs a second factor sets up another one when they sign in next."),
        identity.has_second_factor, changing.reset_second_factor, "The second factor was reset."),  # of the log
    Act("deactivate", _("Deactivate"), _("It cannot sign in any more, its sessions end, and its tokens are refused."
        " What it wrote stays, under its name."),
        lambda account: account.is_active, changing.deactivate, "Deactivated."),
    Act("activate", _("Activate"), _("It can sign in again, with the password and second factor that it had."),
        lambda account: not account.is_active, changing.activate, "Activated again."),
)  # fmt: skip


class ConfirmForm(forms.Form):
    """That what follows was read."""

    confirmed = forms.BooleanField(label=_("I have read what follows from it"))


@admin.register(Account)
class AccountAdmin(PageAdmin):
    form = AccountForm
    fields = FIELDS
    list_display = ("username", "email", "shown_roles", "has_factor", "last_login", "is_active")
    list_filter = ("is_active", ("groups", admin.RelatedOnlyFieldListFilter))
    search_fields = ("username", "email")
    actions = None

    class Media:
        css = {"all": ["negotiations/desk.css"]}

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Account]:
        factors = Authenticator.objects.filter(user_id=OuterRef("pk"), type=identity.FACTOR)
        accounts = Account.objects.of_staff().annotate(factor=Exists(factors))
        found: models.QuerySet[Account] = accounts.prefetch_related("groups").order_by("username")
        return found

    @admin.display(description=_("roles"))
    def shown_roles(self, account: Account) -> str:
        return ", ".join([*account.roles, *(["superuser"] if account.is_superuser else [])])

    @admin.display(description=_("second factor"), boolean=True)
    def has_factor(self, account: Any) -> bool:
        return bool(account.factor)

    def get_urls(self) -> list[URLPattern | URLResolver]:  # type: ignore[override]  # the stubs' list is invariant
        view = self.admin_site.admin_view
        acts = [path(f"<int:pk>/{act.name}/", view(self._view_of(act)), name=_name(act)) for act in ACTS]
        return [*acts, *super().get_urls()]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        may = self.has_change_permission(request, obj)
        return with_proof(request, FIELDS) if may else FIELDS

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        return super().get_form(request, obj, change, **{"form": asking_for_proof(self.form, request), **kwargs})

    def save_model(self, request: HttpRequest, obj: Account, form: Any, change: bool) -> None:
        if change:
            obj.save(update_fields=["username", "email"])
        else:
            obj.is_staff = True
            obj.set_unusable_password()
            obj.save(force_insert=True)
        changing.set_roles(obj, form.cleaned_data["roles"])

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Nothing: the roles are saved with the account."""

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:
        roles = ", ".join(form.cleaned_data["roles"])
        if add:
            return f"Invited, with the roles: {roles}."  # of the log
        before = ", ".join(form.initial["roles"]) or "none"
        others = [name for name in form.changed_data if name != "roles"]
        said = [f"Changed: {', '.join(others)}."] if others else []
        return " ".join([*said, *([f"Roles: {roles}; before: {before}."] if roles != before else [])])

    def response_add(self, request: HttpRequest, obj: Account, post_url_continue: str | None = None) -> HttpResponse:
        return self._link_page(request, obj, make_link(obj))

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        account = self.get_object(request, object_id) if object_id else None
        acts = [
            (f"{act.verb}…", reverse(f"admin:{_name(act)}", args=[account.pk]))
            for act in ACTS
            if account and self.has_change_permission(request, account) and act.is_offered(account)
        ]
        more = {"acts": acts, "show_save_and_add_another": False, "show_save_and_continue": False}
        return super().changeform_view(request, object_id, form_url, {**more, **(extra_context or {})})

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        account = self.get_object(request, object_id)
        if account is None or not self.has_change_permission(request, account):
            raise PermissionDenied
        self.message_user(request, NOT_DELETED.format(account), messages.ERROR)
        return HttpResponseRedirect(page_of(account))

    def _view_of(self, act: Act) -> Callable[[HttpRequest, int], HttpResponse]:
        def view(request: HttpRequest, pk: int) -> HttpResponse:
            if not self.has_change_permission(request):
                raise PermissionDenied
            account = self.get_object(request, str(pk))
            if account is None or not act.is_offered(account):
                raise Http404(_("There is no such account, or nothing of the kind to do with it."))
            if not self.has_change_permission(request, account):
                raise PermissionDenied
            form = asking_for_proof(ConfirmForm, request)(request.POST or None)
            if request.method == "POST" and form.is_valid():
                try:
                    with transaction.atomic():
                        return self._do(request, act, account)
                except ValidationError as refused:
                    form.add_error(None, refused)
            return self._act_page(request, act, account, form)

        return view

    def _do(self, request: HttpRequest, act: Act, account: Account) -> HttpResponse:
        link = act.run(account)
        self.log_change(request, account, act.done)
        if link:
            return self._link_page(request, account, link)
        self.message_user(request, f"“{account}”: {act.done}", messages.SUCCESS)
        # Whoever acted on their own account may have no way to its page any more.
        own = account.pk == signed_in(request).pk
        return HttpResponseRedirect(reverse("admin:index") if own else page_of(account))

    def _act_page(self, request: HttpRequest, act: Act, account: Account, form: forms.Form) -> HttpResponse:
        context = {"title": f"{act.verb}: {account}", "act": act, "account": account, "page": page_of(account)}
        context |= {"form": form, "media": self.media}
        return self._page(request, "admin/negotiations/account_act.html", context)

    def _link_page(self, request: HttpRequest, account: Account, link: str) -> HttpResponse:
        context = {"title": _("One-time link for {}").format(account), "account": account}
        context |= {"link": request.build_absolute_uri(link)}
        return self._page(request, "admin/negotiations/link_made.html", context)

    def _page(self, request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
        request.current_app = self.admin_site.name
        everywhere = {**self.admin_site.each_context(request), "opts": self.opts}
        return TemplateResponse(request, template, {**everywhere, **context})

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(RIGHT)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(RIGHT)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(RIGHT)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A superuser's account is changed by superusers alone, or whoever looks after accounts could become one."""
        may_all = getattr(request.user, "is_superuser", False)
        return request.user.has_perm(RIGHT) and (may_all or not getattr(obj, "is_superuser", False))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def _name(act: Act) -> str:
    return f"negotiations_account_{act.name}"
