//! From an error of the transport to what it means: no name, nobody there, a wrong clock, a proxy.

use std::error::Error as StdError;
use std::io;

use rustls::CertificateError;

use super::{ConnectionFault, Error, ErrorKind};

/// The error of a request that got no answer, or whose answer broke off.
///
/// The URL is left out: it may be a secret.
pub(super) fn error_from_transport(error: reqwest::Error) -> Error {
    let error = error.without_url();
    let kind = kind_of(&error);
    Error::new(kind, deepest_words(&error))
}

fn kind_of(error: &reqwest::Error) -> ErrorKind {
    if error.is_builder() {
        return ErrorKind::Rejected;
    }
    if error.is_connect() {
        return ErrorKind::Connection(connect_fault(error));
    }
    if error.is_timeout() {
        return ErrorKind::Timeout;
    }
    // Past the handshake all faults mean the same: the end is unknown.
    ErrorKind::Connection(ConnectionFault::Lost)
}

fn connect_fault(error: &reqwest::Error) -> ConnectionFault {
    // Certificates first: a handshake's error is wrapped in one of input and output.
    if let Some(fault) = chain(error).find_map(tls_fault) {
        return fault;
    }
    if error.is_dns() {
        return ConnectionFault::Dns;
    }
    // The type is private to the connector; its words are all there is.
    let is_proxy = chain(error).any(|cause| {
        let words = cause.to_string();
        words.contains("tunnel error") || words.contains("proxy")
    });
    if is_proxy {
        return ConnectionFault::Proxy;
    }
    if error.is_timeout() {
        return ConnectionFault::NoAnswer;
    }
    let io_kind = chain(error)
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .map(io::Error::kind)
        .last();
    match io_kind {
        Some(io::ErrorKind::ConnectionRefused) => ConnectionFault::Refused,
        Some(
            io::ErrorKind::HostUnreachable
            | io::ErrorKind::NetworkUnreachable
            | io::ErrorKind::NetworkDown
            | io::ErrorKind::AddrNotAvailable,
        ) => ConnectionFault::Unreachable,
        // Too late, or broken off while it was made: a peer that speaks no TLS, or a network that cuts it.
        _ => ConnectionFault::NoAnswer,
    }
}

fn tls_fault(cause: &(dyn StdError + 'static)) -> Option<ConnectionFault> {
    let error = cause.downcast_ref::<rustls::Error>()?;
    let is_clock = matches!(
        error,
        rustls::Error::InvalidCertificate(
            CertificateError::Expired
                | CertificateError::ExpiredContext { .. }
                | CertificateError::NotValidYet
                | CertificateError::NotValidYetContext { .. }
        )
    );
    Some(if is_clock {
        ConnectionFault::Clock
    } else {
        ConnectionFault::Tls
    })
}

/// The error and all its causes. An `io::Error` that wraps another names that one's cause as its
/// own, so the wrapped one itself has to be taken out by hand.
fn chain<'a>(
    error: &'a (dyn StdError + 'static),
) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |cause| {
        let cause: &'a (dyn StdError + 'static) = *cause;
        let wrapped = cause
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref)
            .map(|inner| {
                let inner: &(dyn StdError + 'static) = inner;
                inner
            });
        wrapped.or_else(|| cause.source())
    })
}

/// What the deepest cause says; the layers above it only repeat that something failed.
fn deepest_words(error: &reqwest::Error) -> String {
    chain(error)
        .last()
        .map(ToString::to_string)
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_outside_its_time_points_to_the_clock() {
        let fault = |error| tls_fault(&rustls::Error::InvalidCertificate(error));
        assert_eq!(
            fault(CertificateError::Expired),
            Some(ConnectionFault::Clock)
        );
        assert_eq!(
            fault(CertificateError::NotValidYet),
            Some(ConnectionFault::Clock)
        );
        assert_eq!(
            fault(CertificateError::UnknownIssuer),
            Some(ConnectionFault::Tls)
        );
    }

    #[test]
    fn a_wrapped_cause_is_found() {
        let inner = rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer);
        let outer = io::Error::other(io::Error::new(io::ErrorKind::InvalidData, inner));
        assert_eq!(
            chain(&outer).find_map(tls_fault),
            Some(ConnectionFault::Tls)
        );
    }
}
