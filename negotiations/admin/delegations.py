"""A delegation's own page, for its members and values, and that of a member."""

from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from negotiations.admin.base import bump, page_of
from negotiations.admin.new_round import copy_members, last_delegation
from negotiations.admin.parts import AssertionInline, CitationInline, PartAdmin, PartInline
from negotiations.models import Delegation, DelegationMember


class MemberInline(PartInline):
    model = DelegationMember
    NAMED_BY = ("person",)
    verbose_name_plural = _("members (save, then “Change” to cite one)")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("person", "affiliation"),
                    ("descriptor", "number"),
                    ("capacity", "attendance"),
                    "present",
                )
            },
        ),
    )


@admin.register(Delegation)
class DelegationAdmin(PartAdmin):
    NAMED_BY = ("party",)
    search_fields = ("party__name", "styled", "talk__title", "talk__slug")
    fields = (
        ("party", "styled"),
        "roles",
        ("attendance", "present"),
        ("level", "sits_with"),
        "place",
        ("list_basis", "list_is_complete"),
    )
    inlines = (MemberInline, AssertionInline, CitationInline)

    change_form_template = "admin/negotiations/delegation.html"

    def get_urls(self) -> list[URLPattern | URLResolver]:  # type: ignore[override]  # the stubs' list is invariant
        view = self.admin_site.admin_view(self.copy_last_view)
        address = path("<uuid:delegation_id>/copy-last/", view, name="negotiations_delegation_copy_last")
        return [address, *super().get_urls()]

    @transaction.atomic
    def copy_last_view(self, request: HttpRequest, delegation_id: UUID) -> HttpResponse:
        """Posted only: the people of the party's last delegation in the process are added to this one."""
        delegation = self.get_object(request, str(delegation_id))
        if request.method != "POST" or not delegation or not self.has_change_permission(request, delegation):
            raise PermissionDenied
        source = last_delegation(delegation)
        added = copy_members(source, delegation) if source else 0
        if source and added:
            bump(delegation.talk, request)
            self.log_change(request, delegation, [{"added": {"name": "members", "object": str(source)}}])
            said = ngettext(
                "%(added)s member as at “%(talk)s”. Remove who did not come, and cite who did.",
                "%(added)s members as at “%(talk)s”. Remove who did not come, and cite who did.",
                added,
            ) % {"added": added, "talk": source.talk}
        else:
            said = gettext("Nobody was added: no earlier talk of the process has other members of this party.")
        self.message_user(request, said, messages.SUCCESS if added else messages.WARNING)
        return HttpResponseRedirect(page_of(delegation))


@admin.register(DelegationMember)
class DelegationMemberAdmin(PartAdmin):
    NAMED_BY = ("person", "delegation__party", "delegation__talk")
    search_fields = ("person__name", "descriptor")
    fields = (("person", "affiliation"), ("descriptor", "number"), ("capacity", "attendance"), "present")
