"""What every event of a lot is told with: where, which stage with which values, a note, pictures.

`tell` reads those fields of a command once and returns the parts of an event; what must stay off the chain goes into
the record's `Keepsakes`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from traceability.domain.event_records import EventRecord
from traceability.domain.stages import Stage, StageEvent, StageFacts, family
from traceability.domain.views import ProductView
from traceability.errors import InvalidInputError
from traceability.proofs.history import Touch
from traceability.proofs.record_id import record_id
from traceability.services.codes import place_ref
from traceability.services.commands import Actor, Upload
from traceability.services.context import Context
from traceability.services.inputs import line, pictures, text
from traceability.services.keepsakes import Keepsakes
from traceability.services.recording import Draft


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The fields of a command that say how something went.

    Args:
        goods: the product that the lot is of; its family has the stages.
        event: what kind of event the stage has to be.
        stage, values, place, note, pictures: as typed.
    """

    goods: ProductView | None = None
    event: StageEvent = StageEvent.OBSERVE
    stage: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    place: str = ""
    note: str = ""
    pictures: tuple[Upload, ...] = ()


def tell(
    context: Context, actor: Actor, told: Told, kept: Keepsakes, biz_step: str, disposition: str = ""
) -> dict[str, Any]:
    """Return the parts of an event that a command's fields say, and keep aside what stays off the chain.

    Args:
        context: the ports.
        actor: whose place it is.
        told: the fields as typed.
        kept: takes note, pictures and the name of the place.
        biz_step: what the event is where no stage says otherwise.
        disposition: of the lot afterwards, where no stage says otherwise.

    Raises:
        InvalidInputError: a field will not do.
    """
    stage = _stage(told)
    facts = stage.read(told.values, actor.language) if stage else StageFacts({}, ())
    words = line(told.place, "place")
    place = place_ref(words, actor.participant, context.place_secret, context.namespace) if words else None
    kept.text("note", text(told.note, "note"))
    kept.text("place", words)
    pictures(told.pictures, kept, context.pictures)
    return {
        "biz_step": stage.biz_step if stage else biz_step,
        "disposition": stage.disposition if stage else disposition,
        "stage": stage.key if stage else "",
        "values": facts.values,
        "readings": facts.readings,
        "place": place.uri if place else "",
        "commitments": kept.commitments,
    }


def _stage(told: Told) -> Stage | None:
    """Return the stage that is named. Raises InvalidInputError when it belongs to other goods or another form."""
    if not told.stage.strip() or told.goods is None:
        if any(value.strip() for value in told.values.values()):
            raise InvalidInputError("Choose the stage that these values belong to.", field="stage")
        return None
    stage = family(told.goods.family).stage(told.stage.strip())
    if stage.event is not told.event:
        raise InvalidInputError("The stage {stage} is recorded with another form.", field="stage", stage=stage.name.vi)
    return stage


def event_draft(event: EventRecord, touches: tuple[Touch, ...], uri: str, path: str, kept: Keepsakes) -> Draft:
    """Return the draft that records one event."""
    document = event.to_document()
    return Draft(
        touches=touches,
        documents=(document,),
        uri=uri,
        path=path,
        event_id=record_id(document),
        erasables=tuple(kept.erasables),
        blobs=tuple(kept.blobs),
    )


def this_moment(context: Context) -> datetime:
    """Return now, to the millisecond that events are written with."""
    now = context.clock.now()
    return now.replace(microsecond=now.microsecond // 1000 * 1000)
