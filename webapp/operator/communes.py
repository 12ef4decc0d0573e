"""Choosing a commune: by its code, or by words of its name, tones or none."""

from dataclasses import dataclass

from traceability.domain.addresses import THANH_HOA, Commune, communes, communes_of, find_communes


@dataclass(frozen=True, slots=True)
class Choice:
    """What was typed for a commune, understood as far as it goes."""

    code: str
    """Five digits where the words name one commune, otherwise what was typed."""
    offered: tuple[Commune, ...]
    """What the list offers: those that fit the words, at first those of Thanh Hoa."""

    @property
    def ambiguous(self) -> bool:
        """Return whether several communes fit the words, so that the person has to choose."""
        return bool(self.code) and len(self.offered) > 1 and self.code not in communes()


def understand(typed: str) -> Choice:
    """Return what words such as `15286`, `15286 xã Hoạt Giang` or `hoat giang` mean."""
    words = typed.strip()
    if not words:
        return Choice("", communes_of(THANH_HOA))
    code = words.partition(" ")[0]
    if code in communes():
        return Choice(code, (communes()[code],))
    found = find_communes(words)
    return Choice(found[0].code if len(found) == 1 else words, found)
