"""The words of the Core Business Vocabulary 2.0 that EPCIS events are written in.

In JSON an event says `"bizStep": "shipping"`; the full name is the web URI under `https://ref.gs1.org/cbv/`, and
older systems write the URN `urn:epcglobal:cbv:bizstep:shipping`. The lists are complete (CBV 2.0, sections 7.1 to
7.7, and the EPCIS 2.0 sensor vocabulary).
"""

from enum import Enum, StrEnum

CBV = "https://ref.gs1.org/cbv/"
SENSOR_VOCABULARY = "https://gs1.org/voc/"
"""The GS1 Web Vocabulary by the address that the EPCIS context gives it; words about sensors are of it."""

CBV_LISTS = ("BizStep-", "Disp-", "BTT-", "SDT-", "ER-", "Comp-")
"""How words of the Core Business Vocabulary begin, by their list; published documents have others below its URI."""

_RESERVED = (
    *(space + kind for space in (CBV, "http://ref.gs1.org/cbv/", "cbv:") for kind in CBV_LISTS),
    *("urn:epcglobal:cbv", "https://ns.gs1.org/cbv/", "http://ns.gs1.org/cbv/"),
)
"""How names begin that only the Core Business Vocabulary gives."""

_RESERVED_FOR_SENSORS = (
    *(SENSOR_VOCABULARY, "http://gs1.org/voc/", "https://ref.gs1.org/voc/", "http://ref.gs1.org/voc/"),
    *("https://www.gs1.org/voc/", "http://www.gs1.org/voc/"),
)
"""How names begin that only the GS1 Web Vocabulary gives: what a sensor measures, what a device says of itself."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


BIZ_STEPS = _words(
    """accepting arriving assembling collecting commissioning consigning creating_class_instance cycle_counting
    decommissioning departing destroying disassembling dispensing encoding entering_exiting holding inspecting
    installing killing loading other packing picking receiving removing repackaging repairing replacing reserving
    retail_selling sampling sensor_reporting shipping staging_outbound stock_taking stocking storing transporting
    unloading unpacking void_shipping"""
)
"""Business steps (CBV 2.0, 7.1)."""

DISPOSITIONS = _words(
    """active available completeness_inferred completeness_verified conformant container_closed container_open damaged
    destroyed dispensed disposed encoded expired in_progress in_transit inactive mismatch_class mismatch_instance
    mismatch_quantity needs_replacement no_pedigree_match non_conformant non_sellable_other partially_dispensed
    recalled reserved retail_sold returned sellable_accessible sellable_not_accessible stolen unavailable
    unknown"""
)
"""Dispositions (CBV 2.0, 7.2)."""

BUSINESS_TRANSACTION_TYPES = _words("bol cert desadv inv pedigree po poc prodorder recadv rma testprd testres upevt")
"""Kinds of business papers (CBV 2.0, 7.3)."""

SOURCE_DESTINATION_TYPES = _words("owning_party possessing_party location")
"""What a source or destination is to the goods (CBV 2.0, 7.4)."""

ERROR_REASONS = _words("did_not_occur incorrect_data")
"""Why an event is declared an error (CBV 2.0, 7.5)."""

SENSOR_EXCEPTIONS = _words("ALARM_CONDITION ERROR_CONDITION")
"""What a sensor device says of itself (GS1 Web Vocabulary)."""

SENSOR_COMPONENTS = _words(
    """x y z axial_distance azimuth height spherical_radius polar_angle elevation_angle easting northing latitude
    longitude altitude"""
)
"""Parts of a measured vector (CBV 2.0, 7.6)."""

MEASUREMENT_TYPES = _words(
    """AbsoluteHumidity AbsorbedDose AbsorbedDoseRate Acceleration Altitude AmountOfSubstance
    AmountOfSubstancePerUnitVolume Angle AngularAcceleration AngularMomentum AngularVelocity Area Capacitance
    Conductance Conductivity Count Density Dimensionless DoseEquivalent DoseEquivalentRate DynamicViscosity
    ElectricCharge ElectricCurrent ElectricCurrentDensity ElectricFieldStrength Energy Exposure Force Frequency
    Illuminance Inductance Irradiance KinematicViscosity Length LinearMomentum Luminance LuminousFlux
    LuminousIntensity MagneticFlux MagneticFluxDensity MagneticVectorPotential Mass MassConcentration MassFlowRate
    MassPerAreaTime MemoryCapacity MolalityOfSolute MolarEnergy MolarMass MolarVolume Power Pressure RadiantFlux
    RadiantIntensity Radioactivity RelativeHumidity Resistance Resistivity SolidAngle SpecificVolume Speed
    SurfaceDensity SurfaceTension Temperature Time Torque Voltage Volume VolumeFlowRate VolumeFraction VolumetricFlux
    Wavenumber"""
)
"""What a sensor measures (GS1 Web Vocabulary, `gs1:MeasurementType`)."""


MEASUREMENT_TYPES_OF_EXAMPLES = _words("EffectiveDoseRate Molar_concentration")
"""Measurement types in GS1's own published examples that no list has; they are read and mean nothing further."""


class Action(StrEnum):
    """How an event relates to the life of the thing it names (EPCIS 2.0, 7.3.2)."""

    ADD = "ADD"
    OBSERVE = "OBSERVE"
    DELETE = "DELETE"


class Vocabulary(Enum):
    """A list of words together with how its short words become URIs and URNs."""

    BIZ_STEP = (BIZ_STEPS, CBV + "BizStep-", "urn:epcglobal:cbv:bizstep:")
    DISPOSITION = (DISPOSITIONS, CBV + "Disp-", "urn:epcglobal:cbv:disp:")
    BUSINESS_TRANSACTION = (BUSINESS_TRANSACTION_TYPES, CBV + "BTT-", "urn:epcglobal:cbv:btt:")
    SOURCE_DESTINATION = (SOURCE_DESTINATION_TYPES, CBV + "SDT-", "urn:epcglobal:cbv:sdt:")
    ERROR_REASON = (ERROR_REASONS, CBV + "ER-", "urn:epcglobal:cbv:er:")
    COMPONENT = (SENSOR_COMPONENTS, CBV + "Comp-", "urn:epcglobal:cbv:comp:")
    MEASUREMENT = (MEASUREMENT_TYPES, SENSOR_VOCABULARY, "gs1:")
    SENSOR_EXCEPTION = (SENSOR_EXCEPTIONS, SENSOR_VOCABULARY, "gs1:")

    @property
    def words(self) -> frozenset[str]:
        """Return the short words."""
        return self.value[0]

    @property
    def uri_prefix(self) -> str:
        """Return what stands before a word in its web URI."""
        return self.value[1]

    @property
    def urn_prefix(self) -> str:
        """Return what stands before a word in its older or compact form."""
        return self.value[2]

    def expand(self, word: str) -> str:
        """Return the web URI of a short word, and anything else unchanged."""
        return self.uri_prefix + word if word in self.words else word

    def reserves(self, name: str) -> bool:
        """Tell whether a URI is this list's or the standard's to give, so that nobody can call a word of theirs so.

        The EPCIS JSON schema keeps authors out of the same namespaces; CBV words stand in JSON without them.
        """
        return name.startswith(_RESERVED) or (
            self.uri_prefix == SENSOR_VOCABULARY and name.startswith(_RESERVED_FOR_SENSORS)
        )

    def shorten(self, name: str) -> str:
        """Return the short word behind a web URI, URN or compact URI of this list, and anything else unchanged."""
        for prefix in (self.uri_prefix, self.urn_prefix, self.uri_prefix.replace(CBV, "cbv:")):
            word = name.removeprefix(prefix)
            if word in self.words:
                return word
        return name
