//! Fetches an image from an address, without becoming a way into the local network.
//!
//! Whoever may upload could otherwise make this computer ask its router or its neighbors. So names
//! are resolved here, addresses that are not public are refused after resolution, and each
//! redirect is looked at anew.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

use super::ServerState;
use super::error::{Answer, Refusal};
use super::form::{FormFile, clean_file_name, receive_file};

const MAX_REDIRECTS: usize = 5;
const TIME: Duration = Duration::from_secs(30);

/// The client that fetches.
pub(super) fn client(allow_private: bool) -> reqwest::Result<reqwest::Client> {
    let builder = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(TIME)
        .connect_timeout(Duration::from_secs(10))
        .user_agent(concat!("Lenticular/", env!("CARGO_PKG_VERSION")))
        // A proxy resolves names by itself, out of our sight.
        .no_proxy();
    if allow_private {
        builder.build()
    } else {
        builder.dns_resolver(PublicOnly).build()
    }
}

/// Fetches `url`; code 5454 when that is not possible or not allowed.
///
/// The time is for all redirects together: else a chain of slow ones would take a multiple of it.
pub(super) async fn fetch(server: &ServerState, url: &str) -> Answer<FormFile> {
    tokio::time::timeout(TIME, follow(server, url))
        .await
        .unwrap_or_else(|_too_long| Err(Refusal::no_fetch("it took too long")))
}

async fn follow(server: &ServerState, url: &str) -> Answer<FormFile> {
    let mut url = Url::parse(url.trim()).map_err(Refusal::no_fetch)?;
    for _ in 0..=MAX_REDIRECTS {
        check(&url, server.allow_private_urls)?;
        let response = server
            .fetcher
            .get(url.clone())
            .header("accept", "image/*")
            .send()
            .await
            .map_err(|error| Refusal::no_fetch(reason(&error)))?;
        let status = response.status();
        if status.is_redirection()
            && let Some(target) = response.headers().get("location")
        {
            let target = target.to_str().map_err(Refusal::no_fetch)?;
            url = url.join(target).map_err(Refusal::no_fetch)?;
            continue;
        }
        if !status.is_success() {
            return Err(Refusal::no_fetch(format_args!(
                "the server returned HTTP error {}",
                status.as_u16()
            )));
        }
        let name = url.path_segments().and_then(Iterator::last).map(|name| {
            percent_encoding::percent_decode_str(name)
                .decode_utf8_lossy()
                .into_owned()
        });
        let response = std::sync::Arc::new(tokio::sync::Mutex::new(response));
        let arrived = receive_file(&server.library.blobs, || {
            let response = std::sync::Arc::clone(&response);
            async move {
                let chunk = response.lock().await.chunk().await;
                chunk.map_err(|error| Refusal::no_fetch(reason(&error)))
            }
        })
        .await?;
        return Ok(FormFile {
            name: name.and_then(|name| clean_file_name(&name)),
            arrived,
        });
    }
    Err(Refusal::no_fetch("too many redirects"))
}

/// The cause in few words; the whole chain would tell what the local network looks like.
fn reason(error: &reqwest::Error) -> &'static str {
    if error.is_timeout() {
        "it took too long"
    } else if error.is_connect() {
        "no connection"
    } else {
        "the transfer failed"
    }
}

fn check(url: &Url, allow_private: bool) -> Answer<()> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(Refusal::no_fetch("unsupported protocol"));
    }
    let is_allowed = match url.host() {
        None => false,
        Some(Host::Domain(name)) => name != "imagedelivery.net",
        // The resolver never sees an address that is written out.
        Some(Host::Ipv4(ip)) => allow_private || is_public(ip.into()),
        Some(Host::Ipv6(ip)) => allow_private || is_public(ip.into()),
    };
    if is_allowed {
        Ok(())
    } else {
        Err(Refusal::no_fetch("this address is not allowed"))
    }
}

/// Resolves names to public addresses only.
struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let public: Vec<SocketAddr> = found.filter(|addr| is_public(addr.ip())).collect();
            if public.is_empty() {
                return Err("this address is not allowed".into());
            }
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}

/// Whether an address is one that everybody on the Internet means by it.
fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    !(ip.is_loopback()
        || ip.is_private()
        || ip.is_link_local()
        || ip.is_documentation()
        || ip.is_multicast()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (18..20).contains(&b)))
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    let [first, second, third, ..] = ip.segments();
    let inner = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        is_public_v4(Ipv4Addr::new(a, b, c, d))
    };
    if let Some(mapped) = ip.to_ipv4_mapped() {
        return is_public_v4(mapped);
    }
    match (first, second) {
        // Translated and tunneled addresses lead to the IPv4 address inside.
        (0x64, 0xff9b) => inner(ip.segments()[6], ip.segments()[7]),
        (0x2002, _) => inner(second, third),
        (0x2001, 0xdb8 | 0) => false,
        // Global unicast is 2000::/3; everything else is loopback, local, multicast or reserved.
        _ => first & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_on_the_open_internet_are_public() {
        let public = |text: &str| is_public(text.parse().unwrap());
        for ip in [
            "1.1.1.1",
            "93.184.216.34",
            "2606:4700::1111",
            "::ffff:1.1.1.1",
            "64:ff9b::101:101",
        ] {
            assert!(public(ip), "{ip}");
        }
        for ip in [
            "127.0.0.1",
            "10.0.0.1",
            "172.16.9.9",
            "192.168.1.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "198.18.0.1",
            "192.0.0.8",
            "::",
            "::1",
            "fe80::1",
            "fd00::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "2001:db8::1",
            "::127.0.0.1",
        ] {
            assert!(!public(ip), "{ip}");
        }
    }
}
