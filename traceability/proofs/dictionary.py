"""The preset dictionary of documents blobs: the words that every document repeats, so that no blob spells them out.

DEFLATE may point back into text that it never sent, as long as writer and reader agree on that text beforehand.
Number 1 is the text below; it is published in docs/format.md and never changes. Better words would get another
number. What stands at the end costs least to point at, so the commonest members of an event stand last, in the order
in which canonical JSON writes them.
"""

_MASTER_DATA = (
    # Products, participants, ratings, certificates and findings (GS1 Web Vocabulary and our own).
    '"ocop:CertificateVietGAP","ocop:GlobalGAP","ocop:organic","ocop:geographicalIndication","ocop:growingArea","ocop:laboratory"'
    '"gs1:certificationAgency":"gs1:certificationEndDate":"gs1:certificationIdentification":"gs1:certificationStandard":"'
    '"gs1:certificationStartDate":"20"gs1:certificationStatus":"gs1:certificationValue":"gs1:certificationType":"OCOP"'
    '"gs1:countryOfOriginStatement":"gs1:gtin":"0gs1:netContent":{"gs1:unitCode":"GRM","gs1:value":500}'
    '"gs1:productName":[{"@language":"vi","@value":"},{"@language":"en","@value":"}],"gs1:brandName":"gs1:organizationName":"'
    '"ocop:communeCode":"38"ocop:decision":"/QĐ-UBND","ocop:decisionDate":"2026-","ocop:expires":"2029-","ocop:issuer":"'
    '"ocop:productionPlace":"ocop:reason":"ocop:revoked":"ocop:stars":4,"ocop:shelfLife":"ocop:unit":"KGM"},{"type":"gs1:Product"}'
    '"type":"gs1:CertificationDetails"}"type":"gs1:Organization"}"type":"ocop:Rating"}"type":"ocop:Finding"}"type":"ocop:Recall"}'
    '{"count":1000,"root":"","run":1,"type":"ocop:StampRun"}'
)

_WORDS = (
    # The words of CBV 2.0 that farm and workshop events use, rarer ones first.
    '"urn:epcglobal:cbv:"ni:///sha-256;?ver=CBV2.0"https://id.gs1.org/253/https://id.gs1.org/00/https://id.gs1.org/417/893'
    '"https://ocop-trace.example/party/"https://ocop-trace.example/place/"https://ocop-trace.example/p/'
    '"correctiveEventIDs":["declarationTime":"errorDeclaration":{"reason":"incorrect_data"}"certificationInfo":"'
    '"destination":"type":"possessing_party"}],"destinationList":[{"source":"type":"owning_party"}],"sourceList":[{'
    '"deviceID":"deviceMetadata":"rawData":"dataProcessingMethod":"minValue":,"maxValue":,"meanValue":,"sDev":,"percRank":'
    '"chemicalSubstance":"microorganism":"stringValue":"booleanValue":true,"hexBinaryValue":"uriValue":"component":"'
    '"dispensing"encoding"entering_exiting"arriving"departing"assembling"disassembling"picking"unpacking"void_shipping"'
    '"accepting"collecting"consigning"decommissioning"destroying"installing"killing"loading"unloading"other"repairing"'
    '"repackaging"replacing"reserving"retail_selling"removing"staging_outbound"cycle_counting"sensor_reporting"sampling"'
    '"disposed"destroyed"expired"recalled"returned"retail_sold"sellable_accessible"sellable_not_accessible"needs_replacement"'
    '"damaged"dispensed"encoded"inactive"no_pedigree_match"stolen"unknown"available"unavailable"mismatch_quantity"'
    '"container_closed"container_open"non_conformant"completeness_inferred"completeness_verified"non_sellable_other"'
    '"persistentDisposition":{"set":["completeness_verified"],"unset":["'
    '"bizTransactionList":[{"bizTransaction":"urn:epcglobal:cbv:bt:,"type":"desadv"},"type":"inv"},"type":"cert"},"type":"po"}],'
    '"childEPCs":["childQuantityList":[{"parentID":"https://id.gs1.org/00/"},"type":"AssociationEvent"},"type":"TransactionEvent"}'
    '"transformationID":"type":"AggregationEvent"}'
    '"ocop:productionDate":"20"ocop:bestBefore":"20"ocop:harvestDate":"20"ocop:expiryDate":"20"ocop:stage":"'
    '"ocop:batch":"ocop:caughtBy":"ocop:salt":"ocop:method":"ocop:days":"ocop:lunarDate":"ocop:weather":"'
    '"Salinity"SpecificVolume"Volume"Length"uom":"MTR"uom":"P1"AbsoluteHumidity"Illuminance"uom":"LUX"Concentration"'
    '"RelativeHumidity","uom":"A93","value":"Mass","uom":"KGM","value":"Speed"Angle"Dimensionless"uom":"59"pH"'
)

_COMMON = (
    # Whole events, member after member as canonical JSON sorts them; the commonest last.
    '"inputQuantityList":[{"epcClass":"https://id.gs1.org/01/0893","quantity":25,"uom":"KGM"}],"outputQuantityList":[{"epcClass":"'
    '"quantity":540,"uom":"H87"}],"readPoint":{"id":"https://id.gs1.org/414/893"},"type":"TransformationEvent"},'
    '{"action":"DELETE","bizStep":"shipping","disposition":"in_transit","bizStep":"receiving","disposition":"in_progress",'
    '"bizStep":"packing","bizStep":"transporting","bizStep":"storing","bizStep":"holding","bizStep":"stocking",'
    '"bizStep":"inspecting","disposition":"conformant","bizStep":"creating_class_instance","disposition":"active","epcList":["'
    '"https://id.gs1.org/01/0893/10/"https://id.gs1.org/01/0893/21/'
    '"https://id.gs1.org/414/893"ilmd":{"'
    '{"action":"ADD","bizLocation":{"id":"https://ocop-trace.example/place/"},"bizStep":"commissioning","disposition":"active",'
    '"eventTime":"2026-01-23T06:30:00.000+07:00","eventTimeZoneOffset":"+07:00","ilmd":{'
    '"ocop:commitments":{"note":"","photo":"","quantityList":[{"epcClass":"https://ocop-trace.example/p//l/'
    '"quantity":100.5,"uom":"H87"}],"readPoint":{"id":"https://ocop-trace.example/place/"},'
    '"sensorElementList":[{"sensorMetadata":{"time":"2026-05-04T15:00:00.000+07:00"},'
    '"sensorReport":[{"type":"Temperature","uom":"CEL","value":36.5},{"type":"RelativeHumidity","uom":"A93","value":8}]}],'
    '"type":"ObjectEvent"},{"action":"OBSERVE","bizLocation":{"id":"https://id.gs1.org/414/893"},"bizStep":"inspecting",'
    '"disposition":"in_progress","eventTime":"2026-05-14T13:00:00.000+07:00","eventTimeZoneOffset":"+07:00",'
    '"quantityList":[{"epcClass":"https://id.gs1.org/01/0893/10/","quantity":10,"uom":"KGM"}],'
    '"readPoint":{"id":"https://id.gs1.org/414/893"},"type":"ObjectEvent"}]'
)

DICTIONARY_1 = (_MASTER_DATA + _WORDS + _COMMON).encode()
"""Preset dictionary no. 1, UTF-8."""
