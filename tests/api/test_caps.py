"""How much may be asked at once: so much is answered, one more is refused with what was given and what is allowed."""

from __future__ import annotations

import pytest

from tests.api.client import Dashboard

CAPS: list[tuple[str, str, str, str, tuple[str, ...]]] = [
    # the list, the parameter, as much as may be, one more, and what the refusal names
    ("talks", "page_size", "200", "201", ("'201'", "1 to 200")),
    ("revisions", "page_size", "200", "201", ("'201'", "1 to 200")),
    ("talks", "q", "+".join(["ab"] * 10), "+".join(["ab"] * 11), ("At most 10 words", "11")),
    ("talks", "q", "a" * 200, "a" * 201, ("at most 200 characters", "201")),
    ("talks", "process", ",".join(["a"] * 50), ",".join(["a"] * 51), ("At most 50 values", "51")),
    ("talks", "id", ",".join(["a"] * 50), ",".join(["a"] * 51), ("At most 50 values", "51")),
    ("talks", "kind", ",".join(["round"] * 50), ",".join(["round"] * 51), ("At most 50 values", "51")),
    ("talks", "country", ",".join(["TUR"] * 50), ",".join(["TUR"] * 51), ("At most 50 values", "51")),
    ("actors", "identifier", ",".join(["paax:1"] * 50), ",".join(["paax:1"] * 51), ("At most 50 values", "51")),
    ("talks", "fields", ",".join(["title"] * 50), ",".join(["title"] * 51), ("at most 50 names", "51")),
    ("talks", "omit", ",".join(["title"] * 50), ",".join(["title"] * 51), ("at most 50 names", "51")),
    ("talks", "include", ",".join(["process"] * 50), ",".join(["process"] * 51), ("at most 50 names", "51")),
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
        assert words in fault["detail"]


def test_twenty_parameters_may_be_given_and_no_more(dashboard: Dashboard) -> None:
    words = "process party person issue place source id fields=id omit=label include=process kind=round page_size=9"
    words += " relation=core country=TUR during=2025 on=2025-05-16 q=ab ordering=title count=none changed_after=0"
    query = "&".join(word if "=" in word else f"{word}=a" for word in words.split())

    dashboard.get(f"talks/?{query}")
    problem = dashboard.get(f"talks/?{query}&status=held", expect=400)

    assert problem["detail"] == "A request has at most 20 parameters; this one has 21."
