"""The preset dictionary of documents blobs: the words that every document repeats, so that no blob spells them out.

DEFLATE may point back into text that it never sent, as long as writer and reader agree on that text beforehand.
Number 1 is the text below; it is published in docs/format.md and never changes. Better words would get another
number. What stands at the end costs least to point at, so the commonest members of an event stand last, in the order
in which canonical JSON writes them.
"""

_MASTER_DATA = (
    # Products, participants, ratings, certificates, findings and stamps (GS1 Web Vocabulary and our own).
    '"gs1:countryOfOrigin":"gs1:globalLocationNumber":"893gs1:productDescription":{"en":"","vi":gs1:brandName":"gs1:gt'
    'in":"0893"gs1:netContent":"500 g","gs1:productName":{"en":"","vi":""},"ocop:commitments":{"picture":["ocop:family'
    '":"mam_tep","nem_chua","chieu_coi","generic","ocop:isMaterial":true,"ocop:sector":"food","handicrafts","drinks","'
    'herbs","plants","tourism","ocop:shelfLifeDays":365,"ocop:standard":"TCCS 01:2026/HTX","ocop:unit":"GRM","MLT","MM'
    'T","H87","ocop:uri":""type":"gs1:Product"}"ocop:commitments":{"address":"","name":"","phone":"","text":""},"ocop:'
    'kind":"cooperative","household","company","inspectorate","operator","type":"gs1:Organization"}"gs1:certificationA'
    'gency":"UBND tỉnh Thanh Hóa","gs1:certificationEndDate":"2029-","gs1:certificationIdentification":"","gs1:certifi'
    'cationStartDate":"2026-","ocop:kind":"vietgap","globalgap","organic","gi","trade_mark","growing_area","food_safet'
    'y","laboratory_test","ocop:scope":""ocop:decisionDate":"2026-","ocop:decisionNumber":"/QĐ-UBND","ocop:kind":"ocop'
    '_rating","ocop:stars":4,"type":"gs1:CertificationDetails"}"ocop:of":"ni:///sha-256;"type":"ocop:Revocation"}"ocop'
    ':outcome":"conforms","does_not_conform","noted","type":"ocop:Finding"}"type":"ocop:Retirement"}{"first":1,"last":'
    '1000,"run":1,"type":"ocop:StampActivation"}{"count":1000,"root":"","run":1,"type":"ocop:StampRun"}'
)

_WORDS = (
    # The words of CBV 2.0 and of the stages that farm and workshop events use, rarer ones first.
    '"urn:epcglobal:cbv:"?ver=CBV2.0"https://id.gs1.org/253/https://id.gs1.org/00/https://id.gs1.org/417/893"https://o'
    'cop-trace.example/party/"https://ocop-trace.example/place/"https://ocop-trace.example/p/"correctiveEventIDs":["de'
    'clarationTime":"2026-","ocop:commitments":{"errorDeclaration":{"reason":"incorrect_data"}did_not_occur"certificat'
    'ionInfo":"deviceID":"deviceMetadata":"rawData":"dataProcessingMethod":"minValue":,"maxValue":,"meanValue":,"sDev"'
    ':"percRank":"chemicalSubstance":"microorganism":"stringValue":"booleanValue":true,"hexBinaryValue":"uriValue":"co'
    'mponent":""encoding"entering_exiting"arriving"departing"assembling"disassembling"picking"unpacking"void_shipping"'
    'accepting"collecting""consigning"decommissioning"destroying"installing"killing"loading"unloading"other"repairing"'
    'repackaging"replacing"reserving""retail_selling"removing"staging_outbound"stock_taking"cycle_counting"sensor_repo'
    'rting"sampling"dispensing"disposed"destroyed""expired"recalled"returned"retail_sold"sellable_accessible"sellable_'
    'not_accessible"needs_replacement"damaged"dispensed"encoded""inactive"stolen"unknown"available"unavailable"mismatc'
    'h_quantity"container_closed"container_open"non_conformant""completeness_inferred"completeness_verified"non_sellab'
    'le_other"partially_dispensed"reserved""persistentDisposition":{"set":["completeness_verified"],"unset":[""bizTran'
    'sactionList":[{"bizTransaction":"urn:epcglobal:cbv:bt:,"type":"desadv"},"type":"inv"},"type":"cert"},"type":"po"}'
    '],"childEPCs":["childQuantityList":[{"parentID":"type":"AssociationEvent"},"type":"TransactionEvent"}"transformat'
    'ionID":""type":"AggregationEvent"}"Angle"Area"Density"Energy"Force"Frequency"Power"Pressure"Speed"SpecificVolume"'
    'Volume""AbsoluteHumidity","uom":"GQ"Illuminance","uom":"LUX"MassConcentration","uom":"GL"RelativeHumidity","uom":'
    '"P1","value":"uom":"A93"uom":"M1"uom":"C62"LTR"MTR"TNE"CMT"ocop:expiry":{"ocop:lifts":true,"ocop:outcome":"confor'
    'ms","ocop:reason":"chemical","microbial","foreign_body","label","counterfeit","other","ocop:stage":"pork_collecte'
    'd","trimmed_ground","skin_prepared","mixed","shaped","wrapped","fermented","released","packed","shrimp_caught","s'
    'orted_washed","salted","tended","ripened","filled","sedge_cut","shaken_sorted","split","dried","woven","edged","f'
    'inished","material_received","received","made","inspected","disposed","transported","stored","ocop:values":{"caus'
    'e":"spoiled","garnish":"gear":"hand_net","growing_area":"leaf_source":"loom":"hand"},"lunar_date":"1/11""method":'
    '"origin":"own"},"rain":"no","result":"pass"},"season":"summer","smell":"fragrant","tank":"veterinary_mark":""wate'
    'r":"clear"},"work":"stirred"},{"ocop:field":"boiling_minutes","type":"Time","uom":"MIN","ocop:field":"days","type'
    '":"Time","uom":"DAY","value":{"ocop:field":"hours","type":"Time","uom":"HUR","value":hours_since_catch","hours_si'
    'nce_cutting","hours_since_slaughter",{"ocop:field":"length_m","type":"Length","uom":"MTR","value":width_m",{"ocop'
    ':field":"pieces_per_pack","type":"Count","uom":"H87","rinses"weavers"{"ocop:field":"net_grams","type":"Mass","uom'
    '":"GRM","value":loss_kg"mass","type":"Mass","uom":"KGM","value":{"ocop:field":"histamine_ppm","type":"Dimensionle'
    'ss","uom":"59","value":nitrite_ppm"{"ocop:field":"salt_percent","type":"Dimensionless","uom":"P1","value":2thinh_'
    'percent"humidity"{"ocop:field":"ph","type":"Dimensionless","uom":"Q30","value":4.meat_temperature"water_temperatu'
    're"'
)

_COMMON = (
    # Whole events, member after member as canonical JSON sorts them; the commonest last.
    '{"bizStep":"creating_class_instance","disposition":"active","eventTime":"2026-"ilmd":{"cbvmda:itemExpirationDate"'
    ':"2026-"cbvmda:lotNumber":""},"inputQuantityList":[{"epcClass":"https://id.gs1.org/01/0893","quantity":25,"uom":"'
    'KGM"},{"epcClass":""outputQuantityList":[{"epcClass":"","quantity":540,"uom":"H87"}],"readPoint":{"id":"https://i'
    'd.gs1.org/414/893"},"type":"TransformationEvent"},{"action":"DELETE","bizStep":"destroying","disposition":"destro'
    'yed","bizStep":"shipping","destinationList":[{"destination":"https://id.gs1.org/417/893","type":"owning_party"}],'
    '"disposition":"in_transit","sourceList":[{"source":"https://ocop-trace.example/party/","type":"owning_party"}],"b'
    'izStep":"receiving","disposition":"in_progress","bizStep":"packing","bizStep":"transporting","bizStep":"stocking"'
    ',"bizStep":"holding","bizStep":"storing","disposition":"conformant","epcList":["bizLocation":{"id":"https://id.gs'
    '1.org/414/{"action":"ADD","bizStep":"commissioning","disposition":"active","eventTime":"2026-01-23T06:30:00.000+0'
    '7:00","eventTimeZoneOffset":"+07:00","ilmd":{"cbvmda:itemExpirationDate":"2027-"},"ilmd":{"cbvmda:lotNumber":""},'
    '"ocop:commitments":{"note":"","picture":["","place":""},"ocop:stage":"","quantityList":[{"epcClass":"https://ocop'
    '-trace.example/p//l/","quantity":100.5,"uom":"H87"}],"readPoint":{"id":"https://ocop-trace.example/place/"},"sens'
    'orElementList":[{"sensorMetadata":{"time":"2026-05-04T15:00:00.000+07:00"},"sensorReport":[{""sensorElementList":'
    '[{"sensorReport":[{"type":"Temperature","uom":"CEL","value":2},{"ocop:field":"temperature","type":"Temperature","'
    'uom":"CEL","value":36.5}]}],"type":"ObjectEvent"},{"action":"OBSERVE","bizStep":"inspecting","disposition":"in_pr'
    'ogress","eventTime":"2026-05-14T13:00:00.000+07:00","eventTimeZoneOffset":"+07:00","ocop:stage":"","quantityList"'
    ':[{"epcClass":"https://id.gs1.org/01/0893/10/","quantity":10,"uom":"KGM"}],"readPoint":{"id":"https://id.gs1.org/'
    '414/893"},"type":"ObjectEvent"}]'
)

DICTIONARY_1 = (_MASTER_DATA + _WORDS + _COMMON).encode()
"""Preset dictionary no. 1, UTF-8."""
