//! `traveloure pools`: resources that several services share, such as one guide or one van.

use clap::{Args, Subcommand};
use traveloure_core::api::service::{NewPool, Pool, PoolPatch};

use super::{
    context::Context,
    failure::Failure,
    find::{self, short},
    prompt,
    session::Session,
    sheet::Sheet,
    table::Table,
};
use crate::client::Key;

/// What several services share: one guide, one van
#[derive(Debug, Subcommand)]
pub enum Pools {
    /// List the shared resources
    #[command(visible_alias = "ls")]
    List,
    /// Add a shared resource; services draw from it with: services edit --pool
    Create(Create),
    /// Change a shared resource
    Edit(Edit),
    /// Delete a shared resource that nothing draws from
    Delete(Delete),
}

#[derive(Debug, Args)]
pub struct Create {
    /// Such as "the blue van"
    name: String,
    /// How many bookings it takes at the same time
    #[arg(long, default_value_t = 1)]
    capacity: u32,
}

#[derive(Debug, Args)]
pub struct Edit {
    /// The resource (name or id)
    pool: String,
    #[arg(long)]
    name: Option<String>,
    /// How many bookings it takes at the same time
    #[arg(long)]
    capacity: Option<u32>,
}

#[derive(Debug, Args)]
pub struct Delete {
    /// The resource (name or id)
    pool: String,
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
}

impl Pools {
    /// # Errors
    /// As the server says.
    pub async fn run(&self, context: &Context, session: &Session) -> Result<(), Failure> {
        let (client, provider) = session.provider().await?;
        let pools = match self {
            Self::List => client.pools(provider).await?,
            Self::Create(create) => {
                let pool = NewPool { name: create.name.clone(), capacity: create.capacity };
                vec![client.create_pool(provider, &pool, &Key::random()).await?]
            }
            Self::Edit(edit) => {
                let patch = PoolPatch { name: edit.name.clone(), capacity: edit.capacity };
                if patch == PoolPatch::default() {
                    return Err(Failure::Usage(
                        "Say what to change, such as --capacity. Nothing was changed.".to_owned(),
                    ));
                }
                let pool = find::pool(&client, provider, &edit.pool).await?;
                vec![client.edit_pool(provider, pool.id, &patch, pool.version).await?]
            }
            Self::Delete(delete) => {
                let pool = find::pool(&client, provider, &delete.pool).await?;
                prompt::confirm(&format!("Delete {}?", pool.name), delete.yes).await?;
                client.delete_pool(provider, pool.id).await?;
                return context.output.remark("Deleted.");
            }
        };
        context.output.show(&pools, |pools, sheet| rows(pools, sheet))
    }
}

fn rows(pools: &[Pool], sheet: &mut Sheet) {
    if pools.is_empty() {
        sheet.line("No shared resources.");
        return;
    }
    let mut table = Table::new().left("ID").flexible("NAME").right("AT ONCE");
    for pool in pools {
        table.row([short(pool.id.into()), pool.name.clone(), pool.capacity.to_string()]);
    }
    sheet.table(&table);
}
