"""What a question asks of events, said once: as SQL for the engine, and as tests for the columns in memory."""

from __future__ import annotations

import datetime as dt
import operator as op
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

Operator: TypeAlias = Literal["=", ">=", "<", "in", "not in", "begins with", "is missing", "is known"]

_SQL: Mapping[Operator, str] = {
    "=": "{column} = {value}",
    ">=": "{column} >= {value}",
    "<": "{column} < {value}",
    "in": "{column} IN ({value})",  # a list, as a subquery costs a join
    "not in": "{column} NOT IN ({value})",
    "begins with": "starts_with({column}, {value})",
    "is missing": "{column} IS NULL",
    "is known": "{column} IS NOT NULL",
}
_HOLDS: Mapping[Operator, Callable[[Any, Any], bool]] = {
    "=": op.eq,
    ">=": op.ge,
    "<": op.lt,
    "in": lambda value, allowed: value in allowed,
    "not in": lambda value, excluded: value not in excluded,
    "begins with": lambda value, beginning: value.startswith(beginning),
    "is missing": lambda value, _: value is None,
    "is known": lambda value, _: value is not None,
}
Bind: TypeAlias = Callable[[object], str]


@dataclass(frozen=True, slots=True)
class Comparison:
    """A column of the events compared with a value: a tuple for ``in`` and ``not in``, None where there is none.

    As in SQL, what is missing passes ``is missing`` only.
    """

    column: str
    operator: Operator
    value: object = None

    def sql(self, bind: Bind) -> str:
        """The test in SQL; ``bind`` gives the name of a parameter for a value."""
        values = self.value if isinstance(self.value, tuple) else (self.value,)
        named = "" if self.value is None else ", ".join(map(bind, values))
        return _SQL[self.operator].format(column=self.column, value=named)

    def holds(self, value: object) -> bool:
        """Whether a value of the column passes; one that is not missing."""
        return _HOLDS[self.operator](value, self.value)


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of the tests."""

    tests: tuple[Comparison, ...]

    def sql(self, bind: Bind) -> str:
        """The test in SQL."""
        return " OR ".join(test.sql(bind) for test in self.tests)


@dataclass(frozen=True, slots=True)
class After:
    """What comes after an event where the latest come first: by its day, None where it has none, and its id."""

    start: dt.date | None
    event: str

    def sql(self, bind: Bind) -> str:
        """The test in SQL."""
        event = bind(self.event)
        if self.start is None:
            return f"start_date IS NULL AND event < {event}"
        day = bind(self.start)
        return f"start_date < {day} OR start_date = {day} AND event < {event} OR start_date IS NULL"


@dataclass(frozen=True, slots=True)
class Sql:
    """A test that only the engine can make."""

    text: str

    def sql(self, bind: Bind) -> str:  # noqa: ARG002 - its values have names already
        """The test."""
        return self.text


Condition: TypeAlias = Comparison | AnyOf | After | Sql


@dataclass(slots=True)
class Conditions:
    """Conditions that all have to hold, with the values of their SQL, which are only ever passed as parameters."""

    tests: list[Condition] = field(default_factory=list)
    values: dict[str, object] = field(default_factory=dict)
    _texts: list[str] = field(default_factory=list)

    def add(self, test: str, **values: object) -> None:
        """Adds one that only the engine can make, with values by the names of its parameters."""
        self.values.update(values)
        self._append(Sql(test))

    def where(self, column: str, operator: Operator, value: object = None) -> None:
        """Adds the test of a column."""
        self._append(Comparison(column, operator, value))

    def any_of(self, tests: Iterable[Comparison]) -> None:
        """Adds that one of the tests holds."""
        self._append(AnyOf(tuple(tests)))

    def after(self, start: dt.date | None, event: str) -> None:
        """Adds that an event comes after another."""
        self._append(After(start, event))

    def copy(self) -> Conditions:
        """The same, to be added to."""
        return Conditions(list(self.tests), dict(self.values), list(self._texts))

    @property
    def sql(self) -> str:
        """All of them in SQL."""
        return " AND ".join(f"({text})" for text in self._texts) or "true"

    def _append(self, test: Condition) -> None:
        self.tests.append(test)
        self._texts.append(test.sql(self._bind))

    def _bind(self, value: object) -> str:
        name = f"test{len(self.values)}"
        self.values[name] = value
        return f"${name}"
