"""Which stamps of a run are meant when somebody speaks of sheets or rolls.

Nobody at a packing table counts stamps: "sheets 3 to 5 are on the jars", "the second roll is gone". A `Layout` says how
stamps that follow each other were laid on pieces, sheets or rolls, of so many stamps each; the first sheet may hold
fewer, where some of its places had been used before.
"""

from dataclasses import dataclass

from traceability.errors import InvalidInputError


@dataclass(frozen=True, slots=True)
class Layout:
    """Stamps `first` to `last` of a run on pieces of `each`, with `taken` places of the first piece used before.

    Raises:
        InvalidInputError: the range is empty, a piece holds nothing, or the first piece has no place left.
    """

    first: int
    last: int
    each: int
    taken: int = 0

    def __post_init__(self) -> None:
        """Refuse what cannot have been printed."""
        if self.first < 1 or self.last < self.first:
            raise InvalidInputError("The first number is larger than the last. Swap them.", field="first")
        if self.each < 1:
            raise InvalidInputError("A sheet or roll holds at least one stamp.", field="each")
        if not 0 <= self.taken < self.each:
            raise InvalidInputError(
                "A sheet has places 1 to {count}, and no {start}.",
                field="start",
                count=self.each,
                start=self.taken + 1,
            )

    @property
    def pieces(self) -> int:
        """Return how many sheets or rolls there are."""
        return self.piece_of(self.last)

    def piece_of(self, number: int) -> int:
        """Return on which sheet or roll, from 1, a stamp lies. Raises InvalidInputError for one that lies on none."""
        if not self.first <= number <= self.last:
            raise InvalidInputError(
                "Stamps {first} to {last} were printed, and not {number}.",
                field="first",
                first=self.first,
                last=self.last,
                number=number,
            )
        return (number - self.first + self.taken) // self.each + 1

    def stamps(self, begin: int, end: int) -> tuple[int, int]:
        """Return the first and the last stamp on sheets or rolls `begin` to `end`, from 1, inclusive.

        Raises InvalidInputError where there are no such pieces, or where the first comes after the last.
        """
        for field, piece in (("first", begin), ("last", end)):
            if not 1 <= piece <= self.pieces:
                raise InvalidInputError(
                    "There are sheets or rolls 1 to {count}, and no {number}.",
                    field=field,
                    count=self.pieces,
                    number=piece,
                )
        if begin > end:
            raise InvalidInputError("The first number is larger than the last. Swap them.", field="first")
        origin = self.first - self.taken
        return max(self.first, origin + (begin - 1) * self.each), min(self.last, origin + end * self.each - 1)
