"""Who may do what at the desk: a token has at most its owner's rights, and of these its scopes."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated, PermissionDenied
from rest_framework.request import Request

from negotiations.api.problems import printable
from negotiations.models import Token
from negotiations.vocabulary import Scope

REALM = 'Bearer realm="desk"'


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer …`, and nothing else."""

    def authenticate(self, request: Request) -> tuple[AbstractBaseUser, Token]:
        scheme, _, text = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if not scheme:
            raise NotAuthenticated("The desk needs a token: Authorization: Bearer ntdesk_…")
        if scheme.lower() != "bearer":
            raise AuthenticationFailed(f"The desk takes Bearer tokens, not {printable(scheme, 20)}.")
        token = Token.shown(text.strip())
        if token is None or not token.is_good:
            raise AuthenticationFailed("This token is unknown, expired or revoked; have an administrator make another.")
        token.note_use()
        return token.owner, token

    def authenticate_header(self, request: Request) -> str:
        return REALM


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The same, as the contract tells it."""

    target_class = TokenAuthentication
    name = "deskToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        says = "A token that an administrator made; it has at most its owner's rights, and of these its scopes."
        return {"type": "http", "scheme": "bearer", "description": says}


def asking(request: Request) -> AbstractBaseUser:
    """The owner of the token with which `request` came."""
    token: Any = request.auth
    owner: AbstractBaseUser = token.owner
    return owner


def need(request: Request, scope: Scope, *rights: str) -> AbstractBaseUser:
    """Who asks; PermissionDenied unless the token has `scope` and its owner each of `rights` (`add_talk`)."""
    token: Any = request.auth
    if scope not in token.scopes:
        has = ", ".join(sorted(token.scopes))
        raise PermissionDenied(f"This needs the scope {scope.value}; the token has {has}.")
    need_rights(request, *rights)
    return asking(request)


def need_rights(request: Request, *rights: str) -> None:
    """PermissionDenied unless the token's owner has each of `rights`."""
    owner: Any = request.user
    if lacking := [right for right in rights if not owner.has_perm(f"negotiations.{right}")]:
        raise PermissionDenied(f"The owner of this token may not do this; the right {lacking[0]} is missing.")
