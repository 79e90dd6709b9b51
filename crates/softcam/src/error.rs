//! One error type, sorted by whose fault it is, because that decides what the reader can do next.

pub use crate::fault::Fault;
use crate::messages::{self, Message};
use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};

/// What every fallible function of this crate returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Values of an error by the names that its [`Message`] has for them.
pub type Values = BTreeMap<&'static str, String>;

/// One of the [`messages`], with the values of this case.
///
/// Shown, it is the message in English; [`Error::code`] and [`Error::values`] are what other languages need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    message: &'static Message,
    // A pointer's size, so that results stay small.
    values: Box<Values>,
}

/// An [`Error`] of one of the [`messages`]: `error!(CLASS_NUMBER, query, last = 9)`.
#[macro_export]
macro_rules! error {
    ($name:ident $(, $key:ident $(= $value:expr)?)* $(,)?) => {
        $crate::error::Error::new(
            $crate::messages::$name,
            [$((stringify!($key), $crate::error_value!($key $(= $value)?))),*],
        )
    };
}

/// A value by its own name or by another.
#[doc(hidden)]
#[macro_export]
macro_rules! error_value {
    ($key:ident) => {
        $key.to_string()
    };
    ($key:ident = $value:expr) => {
        $value.to_string()
    };
}

pub(crate) use error;

impl Error {
    /// `message` with a value for each of its places.
    // Out of line: errors are made in many places and none of them is in a hurry.
    #[inline(never)]
    pub fn new(
        message: &'static Message,
        values: impl IntoIterator<Item = (&'static str, String)>,
    ) -> Self {
        let values: Values = values.into_iter().collect();
        debug_assert!(
            (places(message.message).chain(places(message.advice)))
                .all(|place| values.contains_key(place)),
            "{} lacks a value: {values:?}",
            message.code
        );
        Self {
            message,
            values: Box::new(values),
        }
    }

    /// The caller stopped the run itself; see [`crate::explain::Explainer::explain_with`].
    pub fn cancelled() -> Self {
        error!(CANCELLED)
    }

    /// Who can mend it.
    pub fn fault(&self) -> Fault {
        self.message.fault
    }

    /// Which of the [`messages`] it is: lower case with hyphens, the same for good.
    pub fn code(&self) -> &'static str {
        self.message.code
    }

    /// What stands in the places of its message and its advice.
    pub fn values(&self) -> &Values {
        &self.values
    }

    /// What to do next, as a sentence.
    pub fn advice(&self) -> String {
        self.filled(self.message.advice)
    }

    /// Whether the caller stopped the run itself, so that nothing is wrong and nobody need be told.
    pub fn is_cancelled(&self) -> bool {
        self.message == messages::CANCELLED
    }

    fn filled(&self, template: &str) -> String {
        let mut text = String::with_capacity(template.len());
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            text.push_str(before);
            let (place, after) = after.split_once('}').unwrap_or((after, ""));
            text.push_str(self.values.get(place).map_or("", String::as_str));
            rest = after;
        }
        text.push_str(rest);
        text
    }
}

/// Names in braces.
fn places(template: &str) -> impl Iterator<Item = &str> {
    (template.split('{').skip(1)).filter_map(|part| Some(part.split_once('}')?.0))
}

impl Display for Error {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        f.write_str(&self.filled(self.message.message))
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use crate::Fault;
    use crate::messages::ALL;
    use std::collections::BTreeSet;

    #[test]
    fn values_stand_in_their_places() {
        let query = "a {last} b";
        let error = error!(CLASS_NUMBER, query, last = 9);
        assert_eq!(error.to_string(), "There is no class \"a {last} b\".");
        assert_eq!(error.advice(), "Give a number from 0 to 9, or a name.");
        assert_eq!(
            (error.code(), error.fault()),
            ("class-number", Fault::Request)
        );
        assert_eq!(error.values()["query"], query);
        assert!(error!(CANCELLED).is_cancelled() && !error.is_cancelled());
    }

    #[test]
    fn messages_are_sentences_and_codes_differ() {
        let codes: BTreeSet<&str> = ALL.iter().map(|message| message.code).collect();
        assert_eq!(codes.len(), ALL.len());
        for message in ALL {
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            assert!(message.code.chars().all(plain), "{}", message.code);
            for text in [message.message, message.advice] {
                let ends = text.ends_with('.') || text.ends_with("{problems}");
                assert!(ends, "{}: {text}", message.code);
                assert_eq!(
                    text.matches('{').count(),
                    text.matches('}').count(),
                    "{text}"
                );
            }
            // A page that is loaded anew loses the picture; what helps there only the page knows.
            let all = format!("{} {}", message.message, message.advice).to_lowercase();
            assert!(!all.contains("reload"), "{}", message.code);
        }
    }
}
