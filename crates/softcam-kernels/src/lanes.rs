//! Four floats: one vector register.

/// Channels that lie side by side in [`Planes`](crate::Planes): two vector registers. All channel counts of
/// EfficientNet, ResNet, VGG, DenseNet and MobileNet are multiples of it.
pub(crate) const GROUP: usize = 8;

/// The channels of one group at one pixel.
pub(crate) type Pixel = [f32; GROUP];

pub(crate) use imp::Lanes;

impl Lanes {
    /// Both halves of a pixel.
    #[inline(always)]
    pub(crate) fn pair(pixel: &Pixel) -> [Self; 2] {
        [Self::half(pixel, 0), Self::half(pixel, 1)]
    }

    /// One half of a pixel.
    #[inline(always)]
    pub(crate) fn half(pixel: &Pixel, half: usize) -> Self {
        // As one array and not value by value, or optimisation for size leaves four loads.
        Self::load(pixel.as_chunks().0[half])
    }

    /// Overwrites one half of a pixel.
    #[inline(always)]
    pub(crate) fn store_half(self, pixel: &mut Pixel, half: usize) {
        pixel.as_chunks_mut().0[half] = self.store();
    }

    /// The pixel of two halves.
    #[inline(always)]
    pub(crate) fn join(pair: [Self; 2]) -> Pixel {
        bytemuck::cast(pair.map(Self::store))
    }
}

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod imp {
    use core::arch::wasm32::{f32x4_add, f32x4_pmax, f32x4_pmin, f32x4_splat, f32x4_sub, v128};

    /// Four floats.
    #[derive(Debug, Clone, Copy)]
    pub(crate) struct Lanes(v128);

    impl Lanes {
        #[inline(always)]
        pub(crate) fn splat(value: f32) -> Self {
            Self(f32x4_splat(value))
        }

        #[inline(always)]
        pub(crate) fn load(values: [f32; 4]) -> Self {
            Self(bytemuck::cast(values))
        }

        #[inline(always)]
        pub(crate) fn store(self) -> [f32; 4] {
            bytemuck::cast(self.0)
        }

        #[inline(always)]
        pub(crate) fn add(self, other: Self) -> Self {
            Self(f32x4_add(self.0, other.0))
        }

        #[inline(always)]
        pub(crate) fn subtract(self, other: Self) -> Self {
            Self(f32x4_sub(self.0, other.0))
        }

        /// `self + a * b`, rounded once where the machine can and twice where it cannot.
        #[inline(always)]
        #[cfg(feature = "fused")]
        pub(crate) fn add_product(self, a: Self, b: Self) -> Self {
            Self(core::arch::wasm32::f32x4_relaxed_madd(a.0, b.0, self.0))
        }

        /// `self + a * b`.
        #[inline(always)]
        #[cfg(not(feature = "fused"))]
        pub(crate) fn add_product(self, a: Self, b: Self) -> Self {
            Self(f32x4_add(self.0, core::arch::wasm32::f32x4_mul(a.0, b.0)))
        }

        // The pseudo-maximum is one instruction on x86; the IEEE one is seven. Where `self` is not a number, both are `self`.
        #[inline(always)]
        pub(crate) fn max(self, other: Self) -> Self {
            Self(f32x4_pmax(self.0, other.0))
        }

        /// The maximum that is not a number where either is none.
        #[inline(always)]
        pub(crate) fn max_or_nan(self, other: Self) -> Self {
            Self(core::arch::wasm32::f32x4_max(self.0, other.0))
        }

        #[inline(always)]
        pub(crate) fn min(self, other: Self) -> Self {
            Self(f32x4_pmin(self.0, other.0))
        }
    }
}

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
mod imp {
    /// Four floats. Compilers turn such loops over four into vector instructions.
    #[derive(Debug, Clone, Copy)]
    pub(crate) struct Lanes([f32; 4]);

    impl Lanes {
        #[inline(always)]
        pub(crate) fn splat(value: f32) -> Self {
            Self([value; 4])
        }

        #[inline(always)]
        pub(crate) fn load(values: [f32; 4]) -> Self {
            Self(values)
        }

        #[inline(always)]
        pub(crate) fn store(self) -> [f32; 4] {
            self.0
        }

        #[inline(always)]
        fn zip(self, other: Self, f: impl Fn(f32, f32) -> f32) -> Self {
            Self(core::array::from_fn(|lane| f(self.0[lane], other.0[lane])))
        }

        #[inline(always)]
        pub(crate) fn add(self, other: Self) -> Self {
            self.zip(other, |a, b| a + b)
        }

        #[inline(always)]
        pub(crate) fn subtract(self, other: Self) -> Self {
            self.zip(other, |a, b| a - b)
        }

        /// `self + a * b`, rounded once where the machine can and twice where it cannot.
        #[inline(always)]
        pub(crate) fn add_product(self, a: Self, b: Self) -> Self {
            // Without the instruction, mul_add would be a slow call.
            if cfg!(target_feature = "fma") {
                Self(core::array::from_fn(|lane| {
                    a.0[lane].mul_add(b.0[lane], self.0[lane])
                }))
            } else {
                self.add(a.zip(b, |a, b| a * b))
            }
        }

        /// `self` where that is not a number.
        #[inline(always)]
        pub(crate) fn max(self, other: Self) -> Self {
            self.zip(other, |a, b| if a < b { b } else { a })
        }

        /// The maximum that is not a number where either is none.
        #[inline(always)]
        pub(crate) fn max_or_nan(self, other: Self) -> Self {
            self.zip(other, |a, b| if a > b || a.is_nan() { a } else { b })
        }

        #[inline(always)]
        pub(crate) fn min(self, other: Self) -> Self {
            self.zip(other, |a, b| if b < a { b } else { a })
        }
    }
}
