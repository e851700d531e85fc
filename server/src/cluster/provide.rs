//! Decides which PostgreSQL to use, and fetches one if there is none.

use std::path::Path;

use super::account::Account;
use super::error::ClusterError;
use super::fetch::{self, FetchError};
use super::find::{self, Installation};
use super::layout::Layout;
use super::version::MINIMUM_MAJOR;
use super::{Options, Step};

/// The configured installation, else the newest one, else a download. An existing cluster (`major`) is opened by its
/// own major version only.
///
/// # Errors
/// [`ClusterError::ConfiguredUnusable`], [`ClusterError::OtherMajor`], [`ClusterError::NotInstalled`], or what kept a
/// download from being stored.
pub(super) async fn installation(
    layout: &Layout,
    options: &Options,
    account: &Account,
    major: Option<u32>,
    progress: &mut (impl FnMut(Step) + Send),
) -> Result<Installation, ClusterError> {
    if let Some(configured) = &options.search.configured {
        return configured_installation(configured, layout, account, major).await;
    }
    let earlier = fetch::fetched_earlier(&layout.builds());
    let mut found = find::installations(&options.search, earlier).await;
    let mut other_majors = Vec::new();
    for installation in found.usable {
        if major.is_some_and(|major| installation.version.major != major) {
            other_majors.push(installation.version.to_string());
            continue;
        }
        match installation.check_share_files(account).await {
            Ok(()) => return Ok(installation),
            Err(reason) => {
                let folder = installation.bin_dir.display();
                found.unusable.push(format!("{folder}: {reason}"));
            }
        }
    }

    let mut fetch_failure = None;
    if let Some(source) = &options.source {
        let tell = |version: &str| {
            progress(Step::Fetching { version: version.to_owned() });
        };
        match fetch::build(source.as_ref(), major, &layout.builds(), tell).await {
            Ok(installation) => return Ok(installation),
            Err(FetchError::Local(error)) => return Err(error),
            Err(FetchError::Unavailable(reason)) => {
                fetch_failure = Some(format!("fetching a build failed ({reason})"));
            }
        }
    }
    match major {
        Some(data_major) if !other_majors.is_empty() => Err(ClusterError::OtherMajor {
            data: layout.data(),
            data_major,
            found: other_majors.join(" and "),
        }),
        _ => Err(ClusterError::NotInstalled {
            unusable: found.unusable,
            fetch: fetch_failure,
            hint: fetch::install_hint(),
        }),
    }
}

async fn configured_installation(
    bin_dir: &Path,
    layout: &Layout,
    account: &Account,
    major: Option<u32>,
) -> Result<Installation, ClusterError> {
    let unusable =
        |reason: String| ClusterError::ConfiguredUnusable { path: bin_dir.to_path_buf(), reason };
    let installation = Installation::at(bin_dir).await.map_err(unusable)?;
    let version = installation.version;
    if !version.is_supported() {
        return Err(unusable(format!(
            "it is version {version}, and {MINIMUM_MAJOR} or newer is needed"
        )));
    }
    if let Some(data_major) = major
        && data_major != version.major
    {
        return Err(ClusterError::OtherMajor {
            data: layout.data(),
            data_major,
            found: version.to_string(),
        });
    }
    installation.check_share_files(account).await.map_err(unusable)?;
    Ok(installation)
}
