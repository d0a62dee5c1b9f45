//! `Secret<T>`: a value that does not print itself and is wiped when dropped.

use std::fmt;

use zeroize::Zeroize;

/// A token or a key. `Debug` and `Display` show dots; the memory is cleared on drop.
///
/// It has no serde implementation on purpose: a secret is written nowhere but into the keyring.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Secret<T: Zeroize = String>(T);

impl<T: Zeroize> Secret<T> {
    /// Takes the value in.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value itself, for the one place that needs it: a header, the keyring, an HMAC.
    pub const fn expose(&self) -> &T {
        &self.0
    }

    /// The value itself, for a form that edits it.
    pub const fn expose_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T: Zeroize> Drop for Secret<T> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl<T: Zeroize> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(••••)")
    }
}

impl<T: Zeroize> fmt::Display for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("••••")
    }
}

impl From<String> for Secret<String> {
    fn from(value: String) -> Self {
        Self::new(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_never_prints_itself() {
        let secret = Secret::new("hunter2".to_owned());
        assert!(!format!("{secret} {secret:?} {:?}", Some(&secret)).contains("hunter2"));
    }
}
