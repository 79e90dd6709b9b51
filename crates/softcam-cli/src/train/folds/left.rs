//! How long a cross-validation still takes.

/// Epochs that were done, and those that are left.
#[derive(Default)]
pub struct Left {
    epochs: usize,
    seconds: f64,
}

impl Left {
    /// One more is done.
    pub fn done(&mut self, seconds: f64) {
        self.epochs += 1;
        self.seconds += seconds;
    }

    /// What `left` epochs take, in words; all are taken to be of equal length.
    pub fn text(&self, left: usize) -> String {
        let minutes = self.seconds / self.epochs.max(1) as f64 * left as f64 / 60.0;
        format!("{left} epochs left in all, about {minutes:.0} min")
    }
}

#[cfg(test)]
mod tests {
    use super::Left;

    #[test]
    fn what_is_left_takes_as_long_as_what_was_done() {
        let mut left = Left::default();
        left.done(50.0);
        left.done(70.0);
        assert_eq!(left.text(10), "10 epochs left in all, about 10 min");
        assert_eq!(left.text(0), "0 epochs left in all, about 0 min");
    }
}
