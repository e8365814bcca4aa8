"""Ways to say "equal" by which PostgreSQL plans for what we know and it does not: how few rows there are."""

from typing import Any

from django.db import models
from django.db.models.lookups import Exact
from django.db.models.sql import Query


@models.Field.register_lookup
class Just(Exact):
    """Equal to this one value of a column in which no two rows that are public at once have the same: `pk__just=id`.

    Said like this PostgreSQL does not know the value when it plans. Otherwise it expects of a record with 400 versions
    that many rows; and GiST, by which it would look at all of them, answers no ANY as directly as a B-tree does.
    """

    lookup_name = "just"

    def get_rhs_op(self, connection: Any, rhs: str) -> str:
        return f"= ANY (ARRAY(SELECT {rhs}))"


@models.ForeignKey.register_lookup
@models.Field.register_lookup
class LedTo(Exact):
    """Equal to what a column of another row holds, which leads here: `pk__led_to=OuterRef("place")`.

    Said like this PostgreSQL looks the row up in a B-tree. It would rather take GiST, which answers no ANY as directly.
    """

    lookup_name = "led_to"

    def get_rhs_op(self, connection: Any, rhs: str) -> str:
        return f"= ANY (ARRAY[{rhs}])"


@models.ForeignKey.register_lookup
@models.Field.register_lookup
class Among(models.Lookup):
    """One of many values, which go to PostgreSQL as one: `pk__among=ids`. Of a query (`pk__among=rows.values("pk")`)
    all values are read first and once, whatever PostgreSQL expects, and then looked up in an index."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        left, parameters = self.process_lhs(compiler, connection)
        if not isinstance(self.rhs, Query):
            return f"{left} = ANY (%s)", [*parameters, self.rhs]
        right, more = self.process_rhs(compiler, connection)
        return f"{left} = ANY (ARRAY{right})", [*parameters, *more]
