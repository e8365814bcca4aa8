"""The work lists on the desk's first page, whose view is Django's."""

from __future__ import annotations

from typing import Any

from django import template

from negotiations.admin.worklists import Counted, counted

register = template.Library()


@register.simple_tag(takes_context=True)
def work_lists(context: Any) -> list[Counted]:
    """The lists of whoever asks, each with how many wait in it; one statement a list."""
    return counted(context["request"])
