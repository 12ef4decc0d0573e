"""Documents of our own that hold what EPCIS 2.0 knows: five types of events, sensors, ILMD, certificates, extensions.

None of the goods is known to the service, so that each event only adds to the record.
"""

CONTEXT = "https://ref.gs1.org/standards/epcis/epcis-context.jsonld"
OWN = {"salt": "https://ns.muoi-bien.example/voc/"}
TIME = {"eventTime": "2026-05-14T10:10:00.000+07:00", "eventTimeZoneOffset": "+07:00"}
PIECE = "https://id.gs1.org/01/09506000177106/21/KHO-7"
CLASS = "urn:epc:class:lgtin:9506000.017710.ME-1"
PLACE = "urn:epc:id:sgln:9506000.01771.kho"
PARTY = "https://id.gs1.org/417/9506000177113"


def document(*events, context=(OWN,)):
    """An EPCISDocument with events."""
    return {
        "@context": [CONTEXT, *context],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-05-14T12:00:00.000Z",
        "epcisBody": {"eventList": list(events)},
    }


OBJECT = {
    "type": "ObjectEvent",
    **TIME,
    "action": "ADD",
    "bizStep": "https://ref.gs1.org/cbv/BizStep-inspecting",
    "disposition": "conformant",
    "persistentDisposition": {"set": ["completeness_verified"], "unset": ["completeness_inferred"]},
    "epcList": [PIECE, "urn:epc:id:sgtin:9506000.017710.KHO-8"],
    "quantityList": [{"epcClass": CLASS, "quantity": 12.5, "uom": "KGM"}],
    "readPoint": {"id": PLACE},
    "bizLocation": {"id": "https://id.gs1.org/414/9506000177120/254/kho"},
    "bizTransactionList": [{"type": "po", "bizTransaction": "urn:epcglobal:cbv:bt:9506000177137:PO-1"}],
    "sourceList": [{"type": "owning_party", "source": PARTY}],
    "destinationList": [{"type": "location", "destination": "urn:epc:id:sgln:9506000.01771.0"}],
    "ilmd": {"salt:harvest": "2026", "salt:ponds": [1, 2.5], "salt:person": {"salt:team": "A"}},
    "certificationInfo": "https://certificates.example/cert/1",
    "sensorElementList": [
        {
            "sensorMetadata": {"time": "2026-05-14T10:00:00.000+07:00", "deviceID": "urn:epc:id:giai:9506000.9"},
            "sensorReport": [{"type": "Temperature", "value": 31.5, "uom": "CEL"}],
            "salt:probe": "left",
        }
    ],
    "salt:note": "mưa rào & nắng <sớm>",
}
AGGREGATION = {
    "type": "AggregationEvent",
    **TIME,
    "action": "OBSERVE",
    "parentID": "urn:epc:id:sscc:9506000.0000000017",
    "childEPCs": [PIECE],
    "childQuantityList": [{"epcClass": CLASS, "quantity": 3}],
    "bizStep": "packing",
    "eventID": "urn:uuid:0f6a2b1e-5a70-4c52-8f7e-3f4b3c8f6a01",
}
TRANSACTION = {
    "type": "TransactionEvent",
    **TIME,
    "action": "ADD",
    "bizTransactionList": [{"type": "inv", "bizTransaction": "https://id.gs1.org/253/9506000177144/INV-7"}],
    "epcList": [PIECE],
    "bizStep": "salt:weighing",
}
TRANSFORMATION = {
    "type": "TransformationEvent",
    **TIME,
    "transformationID": "urn:epc:id:gdti:9506000.00017.T1",
    "inputQuantityList": [{"epcClass": CLASS, "quantity": 100, "uom": "KGM"}],
    "outputEPCList": [PIECE],
    "ilmd": {"salt:grade": "fine"},
}
ASSOCIATION = {
    "type": "AssociationEvent",
    **TIME,
    "action": "ADD",
    "parentID": "https://id.gs1.org/8004/9506000PALLET1",
    "childEPCs": ["urn:epc:id:grai:9506000.00001.SENSOR7"],
    "bizStep": "installing",
    "@context": [{"inner": "https://ns.inner.example/"}],
    "inner:screws": 4,
}
ERROR = {
    **AGGREGATION,
    "errorDeclaration": {
        "declarationTime": "2026-05-15T08:00:00.000Z",
        "reason": "incorrect_data",
        "correctiveEventIDs": ["urn:uuid:0f6a2b1e-5a70-4c52-8f7e-3f4b3c8f6a02"],
    },
}
EVENTS = (OBJECT, AGGREGATION, TRANSACTION, TRANSFORMATION, ASSOCIATION)
