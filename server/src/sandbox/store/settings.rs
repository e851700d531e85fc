//! What the first server that opened the sandbox made up.

use sqlx::PgConnection;

#[derive(Clone)]
pub(in crate::sandbox) struct Stored {
    pub(in crate::sandbox) api_key: String,
    /// Signs the tokens of the pages' forms.
    pub(in crate::sandbox) page_secret: Vec<u8>,
}

/// Keeps these, unless another server was first.
pub(in crate::sandbox) async fn offer(db: &mut PgConnection, made: &Stored) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO sandbox.settings (api_key, page_secret) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        made.api_key,
        &made.page_secret[..],
    )
    .execute(db)
    .await?;
    Ok(())
}

pub(in crate::sandbox) async fn get(db: &mut PgConnection) -> sqlx::Result<Stored> {
    sqlx::query_as!(Stored, "SELECT api_key, page_secret FROM sandbox.settings").fetch_one(db).await
}
