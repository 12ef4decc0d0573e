"""Values that are kept off the chain, as pages show them: with a word on whether they still are what was recorded."""

from collections.abc import Iterable, Mapping

from traceability.domain.views import Bilingual, PictureView
from traceability.errors import NotFoundError, OcopTraceError
from traceability.ports import Erasable
from traceability.projection.queries.session import Session
from traceability.proofs.commitments import check_commitment


def note_text(session: Session, commitment: str) -> str:
    """Return a text behind a commitment, or nothing where it was erased or altered."""
    kept = session.erasables([commitment]).get(commitment) if commitment else None
    return (kept.text or "") if kept and text_is_intact(kept) else ""


def text_is_intact(kept: Erasable) -> bool:
    """Whether a text is the one that was recorded."""
    try:
        check_commitment(kept.commitment, kept.text or "", kept.salt)
    except OcopTraceError:
        return False
    return True


def pictures_of(
    session: Session, commitments: Iterable[str], values: Mapping[str, Erasable], alt: Bilingual
) -> tuple[PictureView, ...]:
    """Return the pictures that are still there."""
    found = (_picture(session, values[one], alt) for one in commitments if one in values)
    return tuple(picture for picture in found if picture is not None)


def _picture(session: Session, kept: Erasable, alt: Bilingual) -> PictureView | None:
    if kept.blob is None:
        return None
    if session.settings.blobs is None:
        return PictureView(kept.blob, kept.media_type, alt)
    try:
        data, media_type = session.settings.blobs.get(kept.blob)
    except NotFoundError:
        return None
    try:
        check_commitment(kept.commitment, data, kept.salt)
    except OcopTraceError:
        return PictureView(kept.blob, media_type, alt, intact=False)
    return PictureView(kept.blob, media_type, alt, intact=media_type == kept.media_type)
