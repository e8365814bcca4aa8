"""For templates: how words of others are shown."""

from django import template

from negotiations.models.excerpts import in_marks

register = template.Library()
register.filter("in_marks", in_marks)
