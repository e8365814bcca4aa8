"""Ourselves without compiled statements: model instances, written by the serializers that the contract is made of."""

from tracker.wsgi import application  # isort: split

from negotiations.api.records import ReadViewSet

ReadViewSet.is_compiled = False

__all__ = ["application"]
