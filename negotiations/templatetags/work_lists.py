"""The work lists on the desk's first page, whose view is Django's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template

if TYPE_CHECKING:
    from negotiations.admin.worklists import Counted

register = template.Library()


@register.simple_tag(takes_context=True)
def work_lists(context: Any) -> list[Counted]:
    """The lists of whoever asks, each with how many wait in it; one statement a list."""
    from negotiations.admin.worklists import counted  # the public process reads this module and has no admin

    return counted(context["request"])
