"""What fits, told so that a sample of it costs no more than the sample.

tantivy walks to the first match of whatever stands inside another query before it looks at what else has to fit. So
all that has to fit stands side by side, also inside of what is one of several.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from tantivy import Occur, Query


@dataclass(frozen=True, slots=True, eq=False)
class Every:
    """What fits all of these, and none of `without`."""

    parts: Sequence["Fits"]
    without: Sequence[Query] = ()

    @property
    def matters(self) -> bool:
        """Whether it is more than its parts side by side."""
        return bool(self.without)

    def within(self, inside: Sequence[Query] = ()) -> Query:
        """Of what fits all of `inside` too."""
        parts = [*_flat(self.parts), *inside]
        if len(parts) == 1 and not self.without:
            return _alone(parts[0], inside)
        must = [(Occur.Must, _alone(part, inside)) for part in parts]
        return Query.boolean_query([*must, *((Occur.MustNot, part) for part in self.without)])


@dataclass(frozen=True, slots=True, eq=False)
class OneOf:
    """What fits so many of these, or more."""

    parts: Sequence["Fits"]
    least: int = 1

    @property
    def matters(self) -> bool:
        """Whether it is more than its parts side by side."""
        return len(self.parts) != 1

    def within(self, inside: Sequence[Query] = ()) -> Query:
        """Only what is made of several parts is looked for inside; the rest goes on beyond it."""
        if len(self.parts) == 1:
            return _alone(self.parts[0], inside)
        either = [(Occur.Should, _alone(part, inside)) for part in self.parts]
        return Query.boolean_query(either, minimum_number_should_match=self.least) if either else Query.empty_query()


Fits = Query | Every | OneOf


def query_of(fits: Fits, *inside: Query) -> Query:
    """As tantivy is asked."""
    return Every((fits,)).within(inside)


def _alone(part: Fits, inside: Sequence[Query]) -> Query:
    return part if isinstance(part, Query) else part.within(inside)


def _flat(parts: Sequence[Fits]) -> list[Fits]:
    flat: list[Fits] = []
    for part in parts:
        flat += [part] if isinstance(part, Query) or part.matters else _flat(part.parts)
    return flat
