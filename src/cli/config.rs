//! Where a site lives and how it runs. The only file that reads the environment.

use std::{
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
};

use jiff::tz::TimeZone;

use super::Refused;
use crate::media::S3;

/// Which site a command works on.
#[derive(clap::Args, Clone, Debug)]
pub struct SiteArguments {
    /// The data folder of the site; made when missing.
    #[arg(long, value_name = "DIR")]
    pub data: PathBuf,
    /// The database: sqlite:PATH or postgres://…; the file sanshi.db in the data folder when left out. Also SANSHI_DATABASE_URL.
    #[arg(long, value_name = "URL")]
    pub database_url: Option<String>,
}

/// How a server runs.
#[derive(clap::Args, Clone, Debug)]
pub struct ServeArguments {
    /// Address and port to listen on; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// Where the public reaches this site, such as https://map.example: kept, and printed as a QR code on notices and door signs.
    #[arg(long, value_name = "URL")]
    pub public_url: Option<String>,
    /// The address of the proxy before this server. Whom its X-Forwarded-For names last counts as who asks: for the waits after failed
    /// sign-ins and in the audit. Without it everybody behind a proxy is one.
    #[arg(long, value_name = "ADDRESS")]
    pub trusted_proxy: Option<IpAddr>,
    /// A map to draw under the houses: a PMTiles file (version 3) of vector or image tiles. Also SANSHI_BASEMAP.
    #[arg(long, value_name = "FILE")]
    pub basemap: Option<PathBuf>,
}

impl ServeArguments {
    /// The basemap's file.
    #[must_use]
    pub fn basemap(&self) -> Option<PathBuf> {
        self.basemap.clone().or_else(|| std::env::var_os("SANSHI_BASEMAP").map(PathBuf::from))
    }
}

impl SiteArguments {
    /// The folder, made when missing and closed to other users of the machine.
    pub fn folder(&self) -> Result<&Path, Refused> {
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&self.data).map_err(|error| Refused::new(format!("the data folder {} cannot be made: {error}", self.data.display())))?;
        Ok(&self.data)
    }

    /// The database's address.
    #[must_use]
    pub fn database_url(&self) -> String {
        let given = self.database_url.clone().or_else(|| std::env::var("SANSHI_DATABASE_URL").ok());
        given.unwrap_or_else(|| format!("sqlite:{}", self.database_file().display()))
    }

    /// Where checkpoints of the audit are added: SANSHI_AUDIT_CHECKPOINTS, otherwise a file in the data folder.
    #[must_use]
    pub fn checkpoints(&self) -> PathBuf {
        std::env::var_os("SANSHI_AUDIT_CHECKPOINTS").map_or_else(|| self.data.join("audit.checkpoints"), PathBuf::from)
    }

    /// Where the site's keys are: SANSHI_KEY_FILE, or the file site.key in the data folder.
    #[must_use]
    pub fn key_file(&self) -> PathBuf {
        std::env::var_os("SANSHI_KEY_FILE").map_or_else(|| self.data.join("site.key"), PathBuf::from)
    }

    /// The S3-compatible store in which photos lie instead of in the data folder: SANSHI_PHOTOS_S3_URL with SANSHI_PHOTOS_S3_BUCKET,
    /// SANSHI_PHOTOS_S3_ACCESS_KEY, SANSHI_PHOTOS_S3_SECRET_KEY and, where the store has one, SANSHI_PHOTOS_S3_REGION.
    pub fn photo_store(&self) -> Result<Option<S3>, Refused> {
        let Ok(url) = std::env::var("SANSHI_PHOTOS_S3_URL") else { return Ok(None) };
        let said = |what: &str| {
            let name = format!("SANSHI_PHOTOS_S3_{what}");
            std::env::var(&name).map_err(|_| Refused::new(format!("{name}: expected it to be set, as SANSHI_PHOTOS_S3_URL is; found nothing")))
        };
        let region = std::env::var("SANSHI_PHOTOS_S3_REGION").unwrap_or_else(|_| "us-east-1".to_owned());
        Ok(Some(S3 { url, bucket: said("BUCKET")?, region, access_key: said("ACCESS_KEY")?, secret_key: said("SECRET_KEY")? }))
    }

    /// Where photos lie, unless a store is configured.
    #[must_use]
    pub fn photos(&self) -> PathBuf {
        self.data.join("photos")
    }

    /// Where photos lie that are on their way.
    #[must_use]
    pub fn photos_on_their_way(&self) -> PathBuf {
        self.data.join("photos-on-their-way")
    }

    #[must_use]
    pub fn database_file(&self) -> PathBuf {
        self.data.join("sanshi.db")
    }
}

/// The site's time zone: SANSHI_TIME_ZONE (an IANA name), Asia/Shanghai when unset.
pub fn time_zone() -> Result<TimeZone, Refused> {
    let name = std::env::var("SANSHI_TIME_ZONE").unwrap_or_else(|_| "Asia/Shanghai".to_owned());
    TimeZone::get(&name).map_err(|_| Refused::new(format!("SANSHI_TIME_ZONE: expected a time zone such as Asia/Shanghai; found \"{name}\"")))
}

/// The log goes to standard error; SANSHI_LOG says how much (`info` by default, `sanshi=debug`), SANSHI_LOG_FORMAT=json makes it JSON lines.
pub fn start_log() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("SANSHI_LOG").unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn,sanshi=info"));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false);
    // A second start in one process (tests) keeps the first log.
    let _ = if std::env::var("SANSHI_LOG_FORMAT").is_ok_and(|format| format == "json") { builder.json().try_init() } else { builder.try_init() };
}
