//! What the clock brings about, for administrators.

use traveloure_core::{
    api::{
        cancel::{GivenBack, Refund},
        job::{Jobs, Retried, Trouble},
        page::Page,
        request::Nothing,
    },
    ids::RefundId,
    job::Job,
};

use super::{ApiError, Client, Key};

impl Client {
    /// How every job does, and which servers run them.
    ///
    /// # Errors
    /// `role_required`.
    pub async fn jobs(&self) -> Result<Jobs, ApiError> {
        self.get("api/jobs/").fetch().await
    }

    /// What the jobs could not do, the oldest first: of one or of all, those that are stuck or all.
    ///
    /// # Errors
    /// `role_required`, `malformed_parameter`.
    pub async fn troubles(
        &self,
        job: Option<Job>,
        stuck: bool,
        after: Option<&str>,
        limit: Option<u32>,
    ) -> Result<Page<Trouble>, ApiError> {
        self.get("api/jobs/troubles/")
            .query("job", job)
            .flag("stuck", stuck)
            .query("after", after)
            .query("limit", limit)
            .fetch()
            .await
    }

    /// Has something tried now that a job could not do.
    ///
    /// # Errors
    /// `role_required`; `not_found` where nothing of that name is in trouble.
    pub async fn retry_job(&self, job: Job, subject: &str, key: &Key) -> Result<Retried, ApiError> {
        let path = format!("api/jobs/{job}/{subject}/retry/");
        self.post(path).json(&Nothing {}).key(key).fetch().await
    }

    /// Writes down that a refund which did not arrive was paid in another way.
    ///
    /// # Errors
    /// `role_required`; `not_found` where it has not failed for good; `invalid`.
    pub async fn refund_given_back(
        &self,
        id: RefundId,
        body: &GivenBack,
        key: &Key,
    ) -> Result<Refund, ApiError> {
        let path = format!("api/refunds/{id}/given-back/");
        self.post(path).json(body).key(key).fetch().await
    }
}
