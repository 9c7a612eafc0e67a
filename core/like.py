r"""`column__matches_like=pattern`: SQL's LIKE as it is, with % and _ as wildcards and \ to escape them."""

from typing import TYPE_CHECKING, Any

from django.db.models import Lookup, TextField
from django.db.models.sql.compiler import SQLCompiler

if TYPE_CHECKING:
    BooleanLookup = Lookup[bool]
else:
    BooleanLookup = Lookup  # not generic at run time


@TextField.register_lookup
class MatchesLike(BooleanLookup):
    lookup_name = "matches_like"
    prepare_rhs = False

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, params = self.process_lhs(compiler, connection)
        return rf"{column} LIKE %s ESCAPE '\'", (*params, self.rhs)
