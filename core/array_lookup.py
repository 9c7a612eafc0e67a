"""`field__any_of=[…]`: the values of a list as one parameter, where `__in` has one for each.

For lists of hundreds: Django prepares each parameter of `__in` on its own, and SQLite has a limit of them.
Values must be text or numbers, as the column has them.
"""

import json
from typing import TYPE_CHECKING, Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, ForeignObject, Lookup
from django.db.models.sql.compiler import SQLCompiler

from core.arrays import array_literal, element_type

if TYPE_CHECKING:
    AnyLookup = Lookup[Any]
else:
    AnyLookup = Lookup

type Sql = tuple[str, tuple[Any, ...]]


@Field.register_lookup
@ForeignObject.register_lookup
class AnyOf(AnyLookup):
    lookup_name = "any_of"
    prepare_rhs = False

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Sql:
        column, params = self.process_lhs(compiler, connection)
        values = json.dumps(list(self.rhs))
        return f"{column} IN (SELECT value FROM json_each(%s))", (*params, values)  # noqa: S608

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Sql:
        # Not `= ANY(…)`: where it is no index condition, and on a table without statistics it is none, each
        # row is compared with the values one after the other.
        column, params = self.process_lhs(compiler, connection)
        kind = element_type(self.lhs.output_field, connection)
        return f"{column} IN (SELECT unnest(%s::{kind}[]))", (*params, array_literal(list(self.rhs)))
