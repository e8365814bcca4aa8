"""How much may be asked at once: so much is answered, one more is refused with what was given and what is allowed."""

from __future__ import annotations

import pycountry
import pytest

from negotiations.api.talks import TalkSerializer
from tests.api.client import Dashboard

TALK = TalkSerializer.level()
FIELDS = [*TALK.fields, *(f"{name}.{field}" for name, part in TALK.parts.items() for field in part().level().fields)]
LEADING = {**TALK.brought(), **TALK.parts}
INCLUDED = [*TALK.brought(), *(f"{name}.{more}" for name, one in LEADING.items() for more in one().level().brought())]
CAPS: list[tuple[str, str, str, str, tuple[str, ...]]] = [
    # the list, the parameter, as much as may be, one more, and what the refusal names
    ("talks", "page_size", "200", "201", ("'201'", "1 to 200")),
    ("revisions", "page_size", "200", "201", ("'201'", "1 to 200")),
    ("talks", "q", "+".join(["ab"] * 10), "+".join(["ab"] * 11), ("At most 10 words", "11")),
    ("talks", "q", "a" * 200, "a" * 201, ("at most 200 characters", "201")),
    *(
        (name, parameter, ",".join(values[:50]), ",".join(values[:51]), (f"at most 50 {says}", "51"))
        for name, parameter, says, values in [
            ("talks", "process", "values", [f"process-{number}" for number in range(51)]),
            ("talks", "id", "values", [f"talk-{number}" for number in range(51)]),
            ("talks", "country", "values", [country.alpha_3 for country in pycountry.countries]),
            ("actors", "identifier", "values", [f"paax:{number}" for number in range(51)]),
            ("talks", "fields", "names", FIELDS),
            ("talks", "omit", "names", FIELDS),
            ("talks", "include", "names", INCLUDED),
        ]
    ),
    ("talks", "include", "positions.citations.source", "positions.citations.source.publisher",
     ("'positions.citations.source.publisher'", "3 names")),
]  # fmt: skip


@pytest.mark.parametrize(("name", "parameter", "most", "more", "said"), CAPS)
def test_so_much_may_be_asked_and_no_more(
    dashboard: Dashboard, name: str, parameter: str, most: str, more: str, said: tuple[str, ...]
) -> None:
    dashboard.get(f"{name}/?{parameter}={most}")

    fault = dashboard.refused(f"{name}/?{parameter}={more}", parameter)

    assert parameter in fault["detail"]
    for words in said:
        assert words.lower() in fault["detail"].lower()


def test_twenty_parameters_may_be_given_and_no_more(dashboard: Dashboard) -> None:
    words = "process party person issue place source id fields=id omit=label include=process kind=round page_size=9"
    words += " relation=core country=TUR during=2025 on=2025-05-16 q=ab ordering=title count=none changed_after=0"
    query = "&".join(word if "=" in word else f"{word}=a" for word in words.split())

    dashboard.get(f"talks/?{query}")
    problem = dashboard.get(f"talks/?{query}&status=held", expect=400)

    assert problem["detail"] == "A request has at most 20 parameters; this one has 21."
