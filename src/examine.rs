//! An operator's look at the database of an installation, without a server of its own.

use chrono::{DateTime, Utc};
use traveloure_config::{Paths, Settings};
use traveloure_server::{
    app::invariants::{self, Findings},
    cluster::{Cluster, ClusterError},
};

use crate::embedded::{StartError, cluster_options, leave};

/// Why nothing was looked at. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum ExamineError {
    #[error("There is no database in {0} yet; it is made when traveloure is started there.")]
    NoDatabase(String),
    #[error(transparent)]
    Start(#[from] StartError),
    #[error(transparent)]
    Examine(#[from] invariants::ExamineError),
}

impl From<ClusterError> for ExamineError {
    fn from(error: ClusterError) -> Self {
        Self::Start(error.into())
    }
}

/// Checks the invariants of the configured database, or of the home's own, whose PostgreSQL is started for it where
/// nobody else has.
///
/// # Errors
/// [`ExamineError`].
pub async fn examine(
    paths: &Paths,
    settings: &Settings,
    now: DateTime<Utc>,
) -> Result<Findings, ExamineError> {
    if let Some(url) = &settings.database_url {
        let options = url.expose().parse().map_err(|_| StartError::DatabaseUrl)?;
        return Ok(invariants::examine(&options, now).await?);
    }
    if !Cluster::is_in(&paths.home)? {
        return Err(ExamineError::NoDatabase(paths.home.display().to_string()));
    }
    let cluster = Cluster::open(&paths.home, cluster_options(settings), |_| {}).await?;
    let found = invariants::examine(&cluster.app_options(), now).await;
    leave(Some(cluster)).await;
    Ok(found?)
}
