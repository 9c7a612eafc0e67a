"""`field__in_found=rows`: the values that a query finds, found once and before the rest of the statement.

PostgreSQL plans around `IN (SELECT …)`: beside an OR it reads the whole table for it, and where it expects
more rows than there are, it walks along another index in search of them. Values that are found first are
looked up in the index of the column, also beside an OR. For queries that find few rows.
"""

from typing import TYPE_CHECKING, Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field
from django.db.models.lookups import In

if TYPE_CHECKING:
    InLookup = In[Any]
else:
    InLookup = In


@Field.register_lookup
class InFound(InLookup):
    lookup_name = "in_found"

    def get_rhs_op(self, connection: BaseDatabaseWrapper, rhs: str) -> str:
        if connection.vendor != "postgresql":
            return super().get_rhs_op(connection, rhs)
        return f"= ANY(ARRAY{rhs})"  # the query comes in brackets
