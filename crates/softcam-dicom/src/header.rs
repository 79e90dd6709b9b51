//! The header for people: a list of fields by their names.
//!
//! Shown unasked is what describes the picture and the device. Whatever else there is may name somebody (dates, places,
//! numbers and free text as much as names), so it stands there without its value until it is asked for. Nothing of it goes
//! into a photo.

use crate::attributes::Attributes;
use crate::elements::{Element, Tag};
use serde::Serialize;

/// Characters of a value that are shown.
const LONGEST: usize = 120;

/// A line of the header.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Field {
    /// As the standard writes it: `0028,0010`.
    pub tag: String,
    /// The standard's keyword; empty of what is not in the list here.
    pub name: &'static str,
    /// Nothing where it may name somebody and was not asked for.
    pub value: Option<String>,
}

/// Fields of the picture and the device; nobody is named in them.
const PLAIN: [(Tag, &str); 62] = [
    (0x0002_0002, "MediaStorageSOPClassUID"),
    (0x0002_0010, "TransferSyntaxUID"),
    (0x0002_0012, "ImplementationClassUID"),
    (0x0002_0013, "ImplementationVersionName"),
    (0x0008_0005, "SpecificCharacterSet"),
    (0x0008_0008, "ImageType"),
    (0x0008_0016, "SOPClassUID"),
    (0x0008_0060, "Modality"),
    (0x0008_0064, "ConversionType"),
    (0x0008_0068, "PresentationIntentType"),
    (0x0008_0070, "Manufacturer"),
    (0x0008_1090, "ManufacturerModelName"),
    (0x0018_0015, "BodyPartExamined"),
    (0x0018_0050, "SliceThickness"),
    (0x0018_0060, "KVP"),
    (0x0018_0088, "SpacingBetweenSlices"),
    (0x0018_1020, "SoftwareVersions"),
    (0x0018_1100, "ReconstructionDiameter"),
    (0x0018_1110, "DistanceSourceToDetector"),
    (0x0018_1150, "ExposureTime"),
    (0x0018_1151, "XRayTubeCurrent"),
    (0x0018_1152, "Exposure"),
    (0x0018_1164, "ImagerPixelSpacing"),
    (0x0018_1210, "ConvolutionKernel"),
    (0x0018_5100, "PatientPosition"),
    (0x0018_5101, "ViewPosition"),
    (0x0018_7004, "DetectorType"),
    (0x0020_0011, "SeriesNumber"),
    (0x0020_0013, "InstanceNumber"),
    (0x0020_0020, "PatientOrientation"),
    (0x0020_0032, "ImagePositionPatient"),
    (0x0020_0037, "ImageOrientationPatient"),
    (0x0020_0060, "Laterality"),
    (0x0020_0062, "ImageLaterality"),
    (0x0020_1041, "SliceLocation"),
    (0x0028_0002, "SamplesPerPixel"),
    (0x0028_0004, "PhotometricInterpretation"),
    (0x0028_0006, "PlanarConfiguration"),
    (0x0028_0008, "NumberOfFrames"),
    (0x0028_0010, "Rows"),
    (0x0028_0011, "Columns"),
    (0x0028_0030, "PixelSpacing"),
    (0x0028_0034, "PixelAspectRatio"),
    (0x0028_0100, "BitsAllocated"),
    (0x0028_0101, "BitsStored"),
    (0x0028_0102, "HighBit"),
    (0x0028_0103, "PixelRepresentation"),
    (0x0028_0106, "SmallestImagePixelValue"),
    (0x0028_0107, "LargestImagePixelValue"),
    (0x0028_0120, "PixelPaddingValue"),
    (0x0028_0121, "PixelPaddingRangeLimit"),
    (0x0028_0301, "BurnedInAnnotation"),
    (0x0028_1040, "PixelIntensityRelationship"),
    (0x0028_1050, "WindowCenter"),
    (0x0028_1051, "WindowWidth"),
    (0x0028_1052, "RescaleIntercept"),
    (0x0028_1053, "RescaleSlope"),
    (0x0028_1054, "RescaleType"),
    (0x0028_1055, "WindowCenterWidthExplanation"),
    (0x0028_1056, "VOILUTFunction"),
    (0x0028_2110, "LossyImageCompression"),
    (0x2050_0020, "PresentationLUTShape"),
];

/// Fields that may name somebody and are common enough to have their own name here.
const PEOPLE: [(Tag, &str); 32] = [
    (0x0002_0003, "MediaStorageSOPInstanceUID"),
    (0x0008_0018, "SOPInstanceUID"),
    (0x0008_0020, "StudyDate"),
    (0x0008_0021, "SeriesDate"),
    (0x0008_0022, "AcquisitionDate"),
    (0x0008_0023, "ContentDate"),
    (0x0008_0030, "StudyTime"),
    (0x0008_0031, "SeriesTime"),
    (0x0008_0032, "AcquisitionTime"),
    (0x0008_0033, "ContentTime"),
    (0x0008_0050, "AccessionNumber"),
    (0x0008_0080, "InstitutionName"),
    (0x0008_0081, "InstitutionAddress"),
    (0x0008_0090, "ReferringPhysicianName"),
    (0x0008_1010, "StationName"),
    (0x0008_1030, "StudyDescription"),
    (0x0008_103E, "SeriesDescription"),
    (0x0008_1040, "InstitutionalDepartmentName"),
    (0x0008_1050, "PerformingPhysicianName"),
    (0x0008_1070, "OperatorsName"),
    (0x0010_0010, "PatientName"),
    (0x0010_0020, "PatientID"),
    (0x0010_0030, "PatientBirthDate"),
    (0x0010_0040, "PatientSex"),
    (0x0010_1010, "PatientAge"),
    (0x0010_1030, "PatientWeight"),
    (0x0010_4000, "PatientComments"),
    (0x0018_1000, "DeviceSerialNumber"),
    (0x0018_1030, "ProtocolName"),
    (0x0020_000D, "StudyInstanceUID"),
    (0x0020_000E, "SeriesInstanceUID"),
    (0x0020_0010, "StudyID"),
];

/// The fields of a data set, in its order; sequences, tables and pixels are left out.
pub fn fields(attributes: &Attributes, people: bool) -> Vec<Field> {
    let elements = attributes.set.elements.iter();
    elements
        .filter_map(|(&tag, element)| field(attributes, tag, element, people))
        .collect()
}

fn field(attributes: &Attributes, tag: Tag, element: &Element, people: bool) -> Option<Field> {
    let find = |list: &[(Tag, &'static str)]| {
        list.iter()
            .find(|(listed, _)| *listed == tag)
            .map(|(_, name)| *name)
    };
    let plain = find(&PLAIN);
    let name = plain.or_else(|| find(&PEOPLE)).unwrap_or("");
    let value = value(attributes, tag, element, name)?;
    let shown = plain.is_some() || people;
    Some(Field {
        tag: format!("{:04X},{:04X}", tag >> 16, tag & 0xFFFF),
        name,
        value: shown.then_some(value),
    })
}

/// Of words and numbers; nothing of all else. `name` is empty where only the file says what kind of value it is.
fn value(attributes: &Attributes, tag: Tag, element: &Element, name: &str) -> Option<String> {
    const NUMBERS: [Tag; 13] = [
        0x0028_0002,
        0x0028_0006,
        0x0028_0010,
        0x0028_0011,
        0x0028_0100,
        0x0028_0101,
        0x0028_0102,
        0x0028_0103,
        0x0028_0106,
        0x0028_0107,
        0x0028_0120,
        0x0028_0121,
        0x0028_0008,
    ];
    let digits = tag == 0x0028_0008;
    let text = match &element.vr {
        b"US" | b"SS" => words(attributes, tag),
        b"AE" | b"AS" | b"CS" | b"DA" | b"DS" | b"DT" | b"IS" | b"LO" | b"LT" | b"PN" | b"SH"
        | b"ST" | b"TM" | b"UC" | b"UI" | b"UR" | b"UT" => attributes.text(tag)?,
        [0, 0] if element.undefined => return None,
        [0, 0] if NUMBERS.contains(&tag) && !digits => words(attributes, tag),
        [0, 0] if !name.is_empty() => attributes.text(tag)?,
        _ => return None,
    };
    let shown: String = text
        .chars()
        .filter(|c| !c.is_control())
        .take(LONGEST)
        .collect();
    (!shown.is_empty()).then_some(shown)
}

fn words(attributes: &Attributes, tag: Tag) -> String {
    let signed = attributes
        .element(tag)
        .is_some_and(|element| &element.vr == b"SS");
    let one = |word: &u16| {
        if signed {
            i32::from(*word as i16)
        } else {
            i32::from(*word)
        }
    };
    let words: Vec<String> = attributes
        .words(tag)
        .iter()
        .map(|word| one(word).to_string())
        .collect();
    words.join("\\")
}
