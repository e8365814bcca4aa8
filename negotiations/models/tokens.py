"""Tokens, by which programs enter the desk API, and the answers kept for those who ask twice. None of it is public."""

from __future__ import annotations

import datetime
import hmac
import re
import secrets
from collections.abc import Iterable

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac

from negotiations.models.records import Identified, LineField, desk_only, not_empty, words
from negotiations.vocabulary import Scope

# What leads to the row, and the secret: where a token was left lying about, its beginning tells whose it is.
WRITTEN = re.compile(r"ntdesk_([0-9a-f]{10})_[-_A-Za-z0-9]{43}")
NEVER_MORE_OFTEN = datetime.timedelta(minutes=1)  # than that `last_used_at` is written


class Token(Identified):
    """A key by which a program acts at the desk for its owner, within its scopes, until it expires or is revoked."""

    name = LineField(help_text="Which program it is for: Import of the wire's archive")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="+",
        help_text="Whose rights it has at most, and who has written what it writes.",
    )
    scopes = ArrayField(words(Scope), help_text="What it may do of what its owner may.")
    prefix = models.CharField(max_length=12, unique=True, editable=False)
    # Of the whole token, with a key that the database does not know.
    digest = models.CharField(max_length=64, editable=False)
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(help_text="From then on it is refused.")
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        db_table_comment = desk_only("keys to the desk")
        ordering = ("-made_at", "id")
        default_permissions = ()
        permissions = [("manage_tokens", "Can make and revoke tokens")]
        constraints = [
            *not_empty("token", "name"),
            models.CheckConstraint(
                name="token_has_scopes_of_their_list",
                condition=Q(scopes__contained_by=Scope.values, scopes__len__gt=0),
                violation_error_message=f"scopes are one or more of: {', '.join(Scope.values)}.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    @classmethod
    def make(
        cls, *, owner: AbstractBaseUser, name: str, scopes: Iterable[str], expires_at: datetime.datetime
    ) -> tuple[Token, str]:
        """A new token, and its text, which is shown once: nothing here can tell it again."""
        made = cls(owner_id=owner.pk, name=name, scopes=list(scopes), expires_at=expires_at)
        text = made.seal()
        made.full_clean()
        made.save(force_insert=True)
        return made, text

    def seal(self) -> str:
        """The text of this token, which is not saved yet; the row gets what it is recognised by."""
        self.prefix = secrets.token_hex(5)
        text = f"ntdesk_{self.prefix}_{secrets.token_urlsafe(32)}"
        self.digest = digest_of(text)
        return text

    @classmethod
    def shown(cls, text: str) -> Token | None:
        """The token that `text` is, whether or not it is still good, with its owner; None when there is none."""
        written = WRITTEN.fullmatch(text)
        found = cls.objects.select_related("owner").filter(prefix=written[1]).first() if written else None
        return found if found and hmac.compare_digest(found.digest, digest_of(text)) else None

    @property
    def is_good(self) -> bool:
        """Whether it opens the desk now: neither expired nor revoked, and its owner is still of the staff."""
        owner: object = self.owner
        is_staff = getattr(owner, "is_active", False) and getattr(owner, "is_staff", False)
        return bool(is_staff and self.revoked_at is None and timezone.now() < self.expires_at)

    def note_use(self) -> None:
        """Put down that it was used; one statement, and none within a minute of the last."""
        now = timezone.now()
        if self.last_used_at is None or self.last_used_at < now - NEVER_MORE_OFTEN:
            Token.objects.filter(pk=self.pk).update(last_used_at=now)

    def revoke(self) -> None:
        """From now on it is refused; what was revoked before stays as it was."""
        Token.objects.filter(pk=self.pk, revoked_at=None).update(revoked_at=timezone.now())


def digest_of(text: str) -> str:
    """What the database keeps of a token: nobody who reads it there can make the token, or test a guess."""
    if not settings.TOKEN_PEPPER:
        raise ImproperlyConfigured("TRACKER_SECRET_KEY or TRACKER_TOKEN_PEPPER is missing; the desk's tokens need one.")
    return salted_hmac("negotiations.models.tokens", text, secret=settings.TOKEN_PEPPER, algorithm="sha256").hexdigest()


class KeptAnswer(Identified):
    """The answer to a request with an Idempotency-Key, given again for a day to whoever repeats the request."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    request = models.CharField(max_length=64)  # a digest of what was asked
    # Null while it is being made, or when it was forgotten because a record it may tell of was suppressed.
    answer = models.BinaryField(null=True)
    at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        db_table_comment = desk_only("work in progress")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                name="kept_answer_is_one_for_each_key",
                fields=["owner", "key"],
                violation_error_message="This Idempotency-Key was used already.",
            ),
        ]

    def __str__(self) -> str:
        return f"Answer kept under {self.key}"
