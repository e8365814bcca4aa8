"""Tokens on the desk: made and revoked by administrators; the text of a token is shown once, when it is made."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminSplitDateTime
from django.contrib.auth import get_user_model
from django.db.models import ForeignKey, QuerySet
from django.forms import ModelChoiceField, ModelForm
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from negotiations.admin.base import Asks, PageAdmin
from negotiations.admin.proof import asking_for_proof, with_proof
from negotiations.models import Token

RIGHT = "negotiations.manage_tokens"
FIELDS = ("name", "owner", "scopes", "expires_at")


@admin.register(Token)
class TokenAdmin(Asks, PageAdmin):
    fields = FIELDS
    list_display = ("__str__", "owner", "shown_scopes", "state", "expires_at", "last_used_at")
    list_filter = ("owner",)
    list_select_related = ("owner",)
    search_fields = ("name", "prefix")
    actions = ("revoke_selected",)

    class Media:
        js = ("negotiations/forms.js",)

    @admin.display(description=_("scopes"))
    def shown_scopes(self, token: Token) -> str:
        return ", ".join(token.scopes)

    @admin.display(description=_("state"))
    def state(self, token: Token) -> str:
        if token.revoked_at:
            return gettext("revoked")
        return gettext("expired") if token.expires_at <= timezone.now() else gettext("good")

    @admin.action(description=_("Revoke selected tokens"))
    def revoke_selected(self, request: HttpRequest, queryset: QuerySet[Token]) -> None:
        for token in queryset:
            token.revoke()
            self.log_change(request, token, "Revoked.")
        self.message_user(request, _("They are refused from now on."), messages.SUCCESS)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return FIELDS if obj else with_proof(request, FIELDS)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        return super().get_form(request, obj, change, **{"form": asking_for_proof(self.form, request), **kwargs})

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(
            field.widget, AdminSplitDateTime
        ):  # two boxes under one heading, so each is named itself
            for box, name in zip(field.widget.widgets, (_("Expires at, date"), _("Expires at, time")), strict=True):
                box.attrs["aria-label"] = name
        return field

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField[Any] | None:
        owners = get_user_model()._default_manager.filter(is_active=True, is_staff=True)
        # Or whoever makes tokens could make themselves one that may do anything.
        kwargs["queryset"] = (
            owners if getattr(request.user, "is_superuser", False) else owners.filter(is_superuser=False)
        )
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Token, form: ModelForm[Any], change: bool) -> None:
        request.text_of_token = obj.seal()  # type: ignore[attr-defined]  # ours, for the page
        obj.save(force_insert=True)

    def response_add(self, request: HttpRequest, obj: Token, post_url_continue: str | None = None) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Token made: {}").format(obj.name),
            "opts": self.opts,
            "token": obj,
            "text": request.text_of_token,  # type: ignore[attr-defined]  # see above
        }
        return TemplateResponse(request, "admin/negotiations/token_made.html", context)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(RIGHT)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(RIGHT)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(RIGHT)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
