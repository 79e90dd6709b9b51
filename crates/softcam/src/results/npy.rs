//! Arrays as NumPy saves them.

/// Where the values begin is a multiple of this.
const ALIGNMENT: usize = 64;
/// Magic, version and the length of the header.
const PREFIX: usize = 10;

/// `values`, row-major, as the bytes of a `.npy` file of little-endian float32 (format version 1.0). The product of `shape`
/// is the number of values.
pub fn npy(values: &[f32], shape: [usize; 3]) -> Vec<u8> {
    debug_assert_eq!(values.len(), shape.iter().product::<usize>());
    let [classes, rows, columns] = shape;
    let mut header = format!(
        "{{'descr': '<f4', 'fortran_order': False, 'shape': ({classes}, {rows}, {columns}), }}"
    );
    // The header ends in a newline.
    let length = (PREFIX + header.len() + 1).next_multiple_of(ALIGNMENT) - PREFIX;
    header.extend(std::iter::repeat_n(' ', length - 1 - header.len()));
    header.push('\n');
    let mut bytes = Vec::with_capacity(PREFIX + length + 4 * values.len());
    bytes.extend(b"\x93NUMPY\x01\x00");
    // Three numbers and some words: far below 65536.
    bytes.extend((length as u16).to_le_bytes());
    bytes.extend(header.as_bytes());
    bytes.extend(values.iter().flat_map(|value| value.to_le_bytes()));
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What numpy.save wrote; see tests/fixtures/many/make.py.
    const SAVED: &[u8] = include_bytes!("../../../../tests/fixtures/many/map.npy");

    #[test]
    fn the_file_is_that_of_numpy() {
        let third = |index: i32| (f64::from(index) / 3.0 - 2.0) as f32;
        let values: Vec<f32> = (0..12).map(third).collect();
        assert_eq!(npy(&values, [2, 2, 3]), SAVED);
    }
}
