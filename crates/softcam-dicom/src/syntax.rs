//! Transfer syntaxes: how a data set and the picture in it are written (PS3.5, chapter 10).

use crate::elements::{EXPLICIT, Encoding, IMPLICIT};

/// What the picture is compressed by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coding {
    None,
    Rle,
    /// Lossy or lossless.
    Jpeg,
    JpegLs,
    Jpeg2000,
    /// By something that is not read.
    Other(&'static str),
}

/// A transfer syntax.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Syntax {
    pub uid: String,
    pub encoding: Encoding,
    pub deflated: bool,
    pub coding: Coding,
}

impl Syntax {
    pub fn of(uid: &str) -> Self {
        let below = uid.strip_prefix("1.2.840.10008.1.2").unwrap_or("?");
        let coding = match below {
            "" | ".1" | ".1.99" | ".2" => Coding::None,
            ".5" => Coding::Rle,
            ".4.50" | ".4.51" | ".4.57" | ".4.70" => Coding::Jpeg,
            ".4.80" | ".4.81" => Coding::JpegLs,
            ".4.90" | ".4.91" => Coding::Jpeg2000,
            ".4.92" | ".4.93" => Coding::Other("JPEG 2000, part 2"),
            ".4.110" | ".4.111" | ".4.112" => Coding::Other("JPEG XL"),
            ".4.201" | ".4.202" | ".4.203" => Coding::Other("High-Throughput JPEG 2000"),
            _ if below.starts_with(".4.10") => Coding::Other("MPEG video"),
            _ if below.starts_with(".4.") => Coding::Other("JPEG"),
            _ => Coding::Other("?"),
        };
        Self {
            uid: uid.to_owned(),
            encoding: match below {
                "" => IMPLICIT,
                ".2" => Encoding {
                    explicit: true,
                    big_endian: true,
                },
                _ => EXPLICIT,
            },
            deflated: below == ".1.99",
            coding,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Coding, Syntax};

    #[test]
    fn syntaxes_are_told_apart() {
        let coding = |uid: &str| Syntax::of(uid).coding;
        assert_eq!(coding("1.2.840.10008.1.2.4.70"), Coding::Jpeg);
        assert_eq!(
            coding("1.2.840.10008.1.2.4.102"),
            Coding::Other("MPEG video")
        );
        assert_eq!(coding("1.2.840.113619.5.2"), Coding::Other("?"));
        let big = Syntax::of("1.2.840.10008.1.2.2").encoding;
        assert!(big.explicit && big.big_endian);
        assert!(!Syntax::of("1.2.840.10008.1.2").encoding.explicit);
        assert!(Syntax::of("1.2.840.10008.1.2.1.99").deflated);
    }
}
