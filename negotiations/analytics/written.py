"""A date as a source gives it, and what is known by it: from which day to which it may have begun, and how it ends."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from negotiations.models.edtf import days_covered
from negotiations.vocabulary import Doubt, Ending, Precision

PRECISIONS = {4: Precision.YEAR, 7: Precision.MONTH, 10: Precision.DAY}
DOUBTS = {"~": Doubt.APPROXIMATE, "?": Doubt.UNCERTAIN, "%": Doubt.BOTH}


@dataclass(frozen=True)
class WrittenDate:
    """`date` is the source's, in EDTF; `earliest` and `latest` bound the day on which it happened or began."""

    date: str | None
    earliest: datetime.date | None
    latest: datetime.date | None

    @property
    def _begun(self) -> str:
        return (self.date or "").partition("/")[0]

    @property
    def precision(self) -> Precision | None:
        """How exactly the beginning is known; None where it is open or unknown."""
        return PRECISIONS.get(len(self._begun.rstrip("~?%")))

    @property
    def doubt(self) -> Doubt | None:
        """How sure the beginning is; None where nobody doubts it."""
        return DOUBTS.get(self._begun[-1:])

    @property
    def ending(self) -> Ending | None:
        """What is known of its end; None for a single date, of which it is not said that it lasted."""
        _, slash, end = (self.date or "").partition("/")
        if not slash:
            return None
        return Ending.OPEN if end == ".." else Ending.DATED if end else Ending.UNKNOWN

    @property
    def until(self) -> datetime.date | None:
        """The last day that it may have lasted to, where its end is dated."""
        return days_covered(self.date or "")[1] if self.ending == Ending.DATED else None

    def has_begun(self, day: datetime.date) -> bool | None:
        """Whether it had begun on `day`; None where it may have, or has no date."""
        if self.earliest is not None and self.earliest > day:
            return False
        return None if self.doubt or self.latest is None or self.latest > day else True
