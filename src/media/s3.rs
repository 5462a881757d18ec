//! A store that speaks as S3 does, over plain HTTP.
//!
//! `object_store` brings the protocol; the two things that it would fetch from large crates (a client with TLS, a library of ciphers in C) are made
//! here of what sanshi has already. So there is no TLS: the store stands on the same machine or in the same closed network, or a TLS proxy stands
//! in front of it, as one stands in front of sanshi.

use std::{fmt, pin::Pin, sync::Arc, time::Duration};

use hmac::{Hmac, KeyInit, Mac};
use http_body_util::{BodyExt, Limited};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector as Plain},
    rt::TokioExecutor,
};
use object_store::{
    RetryConfig,
    aws::{AmazonS3, AmazonS3Builder, Checksum},
    client::{
        ClientOptions, CryptoProvider, DigestAlgorithm, DigestContext, HmacContext, HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest,
        HttpRequestBody, HttpResponse, HttpResponseBody, HttpService, Signer, SigningAlgorithm,
    },
};
use sha2::{Digest, Sha256};

/// An S3-compatible store (MinIO, Ceph, Garage …). The bucket is there already and holds nothing else.
#[derive(Clone)]
pub struct S3 {
    /// `http://host:port`.
    pub url: String,
    pub bucket: String,
    /// As the store is configured; many take any, such as `us-east-1`.
    pub region: String,
    pub access_key: String,
    pub secret_key: String,
}

impl fmt::Debug for S3 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("S3").field("url", &self.url).field("bucket", &self.bucket).finish_non_exhaustive()
    }
}

/// For one request with its answer; the largest is one photograph.
const LONGEST_REQUEST: Duration = Duration::from_secs(60);
const LARGEST_ANSWER: usize = 64 << 20;

pub(super) fn store(s3: &S3) -> object_store::Result<AmazonS3> {
    if !s3.url.starts_with("http://") {
        let fault = "expected the address of the photo store to begin with http://; sanshi has no TLS of its own: put a TLS proxy in front of the store";
        return Err(object_store::Error::NotSupported { source: fault.into() });
    }
    AmazonS3Builder::new()
        .with_endpoint(&s3.url)
        .with_allow_http(true)
        .with_bucket_name(&s3.bucket)
        .with_region(&s3.region)
        .with_access_key_id(&s3.access_key)
        .with_secret_access_key(&s3.secret_key)
        .with_checksum_algorithm(Checksum::SHA256)
        .with_disable_bulk_delete(true)
        .with_retry(RetryConfig { max_retries: 3, retry_timeout: LONGEST_REQUEST, ..RetryConfig::default() })
        .with_crypto_provider(Arc::new(Sha2))
        .with_http_connector(PlainHttp)
        .build()
}

#[derive(Debug)]
struct PlainHttp;

impl HttpConnector for PlainHttp {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(Connections(Client::builder(TokioExecutor::new()).build_http())))
    }
}

#[derive(Debug)]
struct Connections(Client<Plain, HttpRequestBody>);

type Answer<'a> = Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'a>>;

impl HttpService for Connections {
    fn call<'a, 'b>(&'a self, request: HttpRequest) -> Answer<'b>
    where
        'a: 'b,
        Self: 'b,
    {
        let answer = async {
            let kind = |error: &hyper_util::client::legacy::Error| if error.is_connect() { HttpErrorKind::Connect } else { HttpErrorKind::Interrupted };
            let (head, body) = self.0.request(request).await.map_err(|error| HttpError::new(kind(&error), error))?.into_parts();
            let body = Limited::new(body, LARGEST_ANSWER).collect().await.map_err(|error| HttpError::new_boxed(HttpErrorKind::Interrupted, error))?;
            Ok(HttpResponse::from_parts(head, HttpResponseBody::from(body.to_bytes())))
        };
        Box::pin(async { tokio::time::timeout(LONGEST_REQUEST, answer).await.unwrap_or_else(|late| Err(HttpError::new(HttpErrorKind::Timeout, late))) })
    }
}

#[derive(Debug)]
struct Sha2;

impl CryptoProvider for Sha2 {
    fn digest(&self, algorithm: DigestAlgorithm) -> object_store::Result<Box<dyn DigestContext>> {
        match algorithm {
            DigestAlgorithm::Sha256 => Ok(Box::new(Sum { of: Sha256::new(), is: [0; 32] })),
            _ => Err(not_needed()),
        }
    }

    fn hmac(&self, algorithm: DigestAlgorithm, secret: &[u8]) -> object_store::Result<Box<dyn HmacContext>> {
        match algorithm {
            DigestAlgorithm::Sha256 => {
                let of = Hmac::<Sha256>::new_from_slice(secret).map_err(|error| object_store::Error::NotSupported { source: error.into() })?;
                Ok(Box::new(Sum { of, is: [0; 32] }))
            }
            _ => Err(not_needed()),
        }
    }

    fn sign(&self, _: SigningAlgorithm, _: &[u8]) -> object_store::Result<Box<dyn Signer>> {
        Err(not_needed())
    }
}

fn not_needed() -> object_store::Error {
    object_store::Error::NotSupported { source: "S3 needs SHA-256 only".into() }
}

struct Sum<T> {
    of: T,
    is: [u8; 32],
}

impl DigestContext for Sum<Sha256> {
    fn update(&mut self, data: &[u8]) {
        Digest::update(&mut self.of, data);
    }

    fn finish(&mut self) -> object_store::Result<&[u8]> {
        self.is = self.of.finalize_reset().into();
        Ok(&self.is)
    }
}

impl HmacContext for Sum<Hmac<Sha256>> {
    fn update(&mut self, data: &[u8]) {
        Mac::update(&mut self.of, data);
    }

    fn finish(&mut self) -> object_store::Result<&[u8]> {
        self.is = self.of.clone().finalize().into_bytes().into();
        Ok(&self.is)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_those_of_fips_180_4_and_rfc_4231() {
        let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let mut digest = Sha2.digest(DigestAlgorithm::Sha256).unwrap();
        digest.update(b"a");
        digest.update(b"bc");
        assert_eq!(hex(digest.finish().unwrap()), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        let mut keyed = Sha2.hmac(DigestAlgorithm::Sha256, b"Jefe").unwrap();
        keyed.update(b"what do ya want ");
        keyed.update(b"for nothing?");
        assert_eq!(hex(keyed.finish().unwrap()), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }
}
