//! Everything that takes part: a PostgreSQL and a processor of their own, the doors before them, the server, and a
//! town in which something can be booked.

use std::{
    net::TcpListener,
    os::unix::fs::PermissionsExt,
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use serde_json::{Value, json};
use sqlx::PgPool;
use traveloure_server::{
    app::Context,
    clock::{Clock as _, SystemClock},
    cluster::{Cluster, Durability, Options},
    database,
    entropy::SystemEntropy,
};

use crate::{
    account::Account,
    bank::Bank,
    door::Door,
    server::{Server, Start},
    trap::Trap,
    traveler::{Api, Person, VISA},
};

/// Far above what anything here takes: whoever meets it has found a fault.
pub const PATIENCE: Duration = Duration::from_mins(10);
/// An account that is not clean so long after a fault will not become so.
const STANDS: Duration = Duration::from_secs(45);
/// Between two looks at something that another process brings about.
pub const LOOK: Duration = Duration::from_millis(25);

/// Seats of the big walk on each of its days.
pub const SEATS: u32 = 500;
/// Seats of the small walk, which is sold out again and again.
pub const FEW_SEATS: u32 = 4;
const DAYS: usize = 200;
const TRAVELERS: usize = 4;

/// All of it, as long as the value lives.
#[derive(Debug)]
pub struct World {
    pub bank: Bank,
    pub trap: Trap,
    pub server: Server,
    pub api: Api,
    /// The server's own database, past the door.
    pub database: PgPool,
    pub cluster: Cluster,
    pub town: Town,
    /// What was acknowledged to travelers: these must be there whatever happens.
    pub journal: Mutex<Vec<Promise>>,
    count: AtomicUsize,
    _door: Door,
    _home: tempfile::TempDir,
}

/// Who buys, and what.
#[derive(Debug)]
pub struct Town {
    pub travelers: Vec<Person>,
    pub walk: String,
    pub small_walk: String,
}

/// An answer that a traveler got.
#[derive(Clone, Debug)]
pub struct Promise {
    /// What the booking carries as the traveler's wish; each wish is another.
    pub tag: String,
    pub is_confirmed: bool,
}

impl World {
    pub async fn open() -> Self {
        let home = tempfile::Builder::new()
            .prefix("traveloure-faults")
            .permissions(std::fs::Permissions::from_mode(0o711))
            .tempdir()
            .unwrap();
        let options = Options { source: None, durability: Durability::Full, ..Options::new(None) };
        let cluster = Cluster::open(home.path(), options, |_| ()).await.unwrap();
        let trap = Trap::default();
        let door = Door::open(socket(&cluster), trap.clone()).await;
        let listen = free_address();
        let here = format!("http://{listen}");
        let bank = Bank::open(trap.clone(), format!("{here}/api/webhooks/stripe/")).await;
        let server = Server::start(
            Start {
                home: home.path().join("server"),
                listen,
                variables: settings(&cluster, &door, &bank),
            },
            trap.clone(),
        );
        server.is_up().await;
        let database = database::connect(cluster.owner_options(), 4).await.unwrap();
        let api = Api::new(here);
        let town = Town::found(&api, &bank).await;
        Self {
            bank,
            trap,
            server,
            api,
            database,
            cluster,
            town,
            journal: Mutex::default(),
            count: AtomicUsize::new(0),
            _door: door,
            _home: home,
        }
    }

    /// What the use cases would work with on the server's database.
    pub fn context(&self) -> Context {
        Context::new(self.database.clone(), Arc::new(SystemClock), Arc::new(SystemEntropy))
    }

    pub fn next(&self) -> usize {
        self.count.fetch_add(1, Ordering::SeqCst)
    }

    /// One traveler after the other.
    pub fn traveler(&self, number: usize) -> &Person {
        &self.town.travelers[number % TRAVELERS]
    }

    /// A wish for the big walk, spread over its days.
    pub fn wish(&self, number: usize) -> Value {
        wish(&self.town.walk, number % DAYS, 1 + number % 2, &format!("wish {number}"))
    }

    /// A wish for the small walk, of which few can be fulfilled.
    pub fn small_wish(&self, number: usize) -> Value {
        wish(&self.town.small_walk, number / 48 % DAYS, 1, &format!("wish {number}"))
    }

    pub fn promised(&self, tag: &str, is_confirmed: bool) {
        let promise = Promise { tag: tag.to_owned(), is_confirmed };
        self.journal.lock().unwrap_or_else(PoisonError::into_inner).push(promise);
    }

    /// Waits until the processor has told everything and the server has acted on it.
    pub async fn quiet(&self) {
        self.server.is_up().await;
        self.bank.sandbox.hurry_deliveries().await.unwrap();
        let unheard = "SELECT count(*) FROM webhook_events WHERE done_at IS NULL";
        self.until_none(unheard).await;
    }

    /// Everything on its way has come to its end, and this is how things stand.
    pub async fn settled(&self) -> Account {
        let start = Instant::now();
        loop {
            self.server.is_up().await;
            self.until_none(
                "SELECT (SELECT count(*) FROM webhook_events WHERE done_at IS NULL)
                      + (SELECT count(*) FROM payments WHERE status IN ('intended', 'processing'))
                      + (SELECT count(*) FROM refunds WHERE status IN ('intended', 'pending'))
                      + (SELECT count(*) FROM payouts WHERE status = 'intended')",
            )
            .await;
            let account = Account::take(self).await;
            if account.is_clean() || start.elapsed() > STANDS {
                return account;
            }
            tokio::time::sleep(10 * LOOK).await;
        }
    }

    /// Waits, but not for ever, until a count of ours is zero and the processor has nothing left to tell.
    async fn until_none(&self, count: &'static str) {
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            let ours: i64 = sqlx::query_scalar(count).fetch_one(&self.database).await.unwrap_or(1);
            if ours == 0 && self.bank.sandbox.deliveries().await.unwrap().due == 0 {
                return;
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// The time of a booking has come and gone.
    pub async fn takes_place(&self, booking: &str) {
        sqlx::query(
            "UPDATE bookings SET ends_at = now() - interval '1 minute' WHERE id = $1::uuid",
        )
        .bind(booking)
        .execute(&self.database)
        .await
        .unwrap();
    }

    /// kill -9 of PostgreSQL and all that it runs.
    pub fn kill_database(&self) {
        kill(self.postmaster(), Signal::SIGKILL).unwrap();
    }

    /// Lets PostgreSQL end every session at once and stop in order.
    pub fn stop_database(&self) {
        kill(self.postmaster(), Signal::SIGINT).unwrap();
    }

    /// Starts PostgreSQL again, as the program does by itself with its own.
    pub async fn database_is_back(&self) {
        while !self.cluster.ensure_running(|_| ()).await.unwrap() {
            tokio::time::sleep(LOOK).await;
        }
    }

    fn postmaster(&self) -> Pid {
        let file = self.cluster.data_dir().join("postmaster.pid");
        let text = std::fs::read_to_string(file).unwrap();
        Pid::from_raw(text.lines().next().unwrap().parse().unwrap())
    }

    /// Ends everything in order.
    pub async fn close(self) {
        let Self { mut bank, server, database, cluster, .. } = self;
        server.stop().await;
        bank.close().await;
        database.close().await;
        cluster.close().await.unwrap();
    }
}

impl Town {
    async fn found(api: &Api, bank: &Bank) -> Self {
        let provider = api.register("ana").await;
        let body =
            json!({"name": "Ana", "city": "Lisbon", "country": "PT", "zone": "Europe/Lisbon"});
        let made = api.must(&provider, "POST", "/api/providers/", &body).await;
        let id = made["id"].as_str().unwrap().to_owned();
        let provider = Person { role: "provider", ..provider };
        let mut walks = Vec::new();
        for (name, seats) in [("Walk", SEATS), ("Small walk", FEW_SEATS)] {
            let body = json!({
                "name": name, "category": "activity", "availability_type": "inventory",
                "pricing_type": "fixed", "currency": "EUR", "base_price": "120",
                "duration_minutes": 60,
            });
            let walk = api.must(&provider, "POST", "/api/services/", &body).await;
            let walk = walk["id"].as_str().unwrap().to_owned();
            let path = format!("/api/providers/{id}/availability/?service_id={walk}");
            let rules = json!({"text": format!("every day 09:00 cap {seats}\ncounts per person")});
            api.edit(&provider, &path, &rules).await;
            walks.push(walk);
        }
        let path = format!("/api/providers/{id}/stripe-onboard/");
        let onboarding = api.must(&provider, "POST", &path, &json!({})).await;
        let account = onboarding["account"]["id"].as_str().unwrap();
        bank.sandbox.onboard(account, true).await.unwrap();
        api.must(&provider, "GET", &path, &Value::Null).await;
        // The processor's fees would else eat into what is paid out.
        bank.sandbox.fund("", 100_000_000, "eur").await.unwrap();
        let mut travelers = Vec::new();
        for number in 0..TRAVELERS {
            travelers.push(api.register(&format!("traveler{number}")).await);
        }
        let [walk, small_walk]: [String; 2] = walks.try_into().unwrap();
        for (number, who) in travelers.iter_mut().enumerate() {
            let item = wish(&walk, number % DAYS, 1, &format!("the card of {number}"));
            who.card = keep_card(api, bank, who, item).await;
        }
        Self { travelers, walk, small_walk }
    }
}

/// Books and pays once with a card that the processor then keeps; its reference.
async fn keep_card(api: &Api, bank: &Bank, who: &Person, item: Value) -> String {
    let items = json!({"items": [item]});
    let made = api.must(who, "POST", "/api/bookings/process-cart/", &items).await;
    let body = json!({"checkout_id": made["payment_intent"][0]["id"], "method": "full", "save_card": true});
    let begun = api.must(who, "POST", "/api/bookings/create-payment-intent/", &body).await;
    let page = begun["payment"]["url"].as_str().unwrap().rsplit('/').find(|part| !part.is_empty());
    bank.sandbox.pay(page.unwrap(), VISA).await.unwrap();
    let body = json!({"payment_id": begun["payment"]["id"]});
    api.must(who, "POST", "/api/bookings/confirm/", &body).await;
    let cards = api.must(who, "GET", "/api/payment-methods/", &Value::Null).await;
    cards[0]["id"].as_str().unwrap().to_owned()
}

fn wish(service: &str, day: usize, travelers: usize, tag: &str) -> Value {
    let date = SystemClock.now().date_naive() + chrono::Days::new(60 + day as u64);
    json!({"booking_type": "instant", "service_id": service, "date": date, "time": "09:00",
           "travelers": travelers, "special_requests": tag})
}

fn settings(cluster: &Cluster, door: &Door, bank: &Bank) -> Vec<(&'static str, String)> {
    let mut url: reqwest::Url = {
        use sqlx::ConnectOptions as _;
        let options = cluster.owner_options();
        let password = options.to_url_lossy().password().map(str::to_owned).unwrap();
        let mut url: reqwest::Url = format!("postgres://{}/", door.address).parse().unwrap();
        url.set_username(traveloure_server::cluster::OWNER_ROLE).unwrap();
        url.set_password(Some(&password)).unwrap();
        url
    };
    url.set_path(traveloure_server::cluster::DATABASE);
    url.set_query(Some("sslmode=disable"));
    let keys = bank.sandbox.settings();
    vec![
        ("TRAVELOURE_DATABASE_URL", url.to_string()),
        ("TRAVELOURE_STRIPE_BASE_URL", bank.url.clone()),
        ("TRAVELOURE_STRIPE_API_KEY", keys.api_key.clone()),
        ("TRAVELOURE_STRIPE_WEBHOOK_SECRET", keys.webhook_secret.clone()),
        ("TRAVELOURE_STRIPE_CONNECT_WEBHOOK_SECRET", keys.connect_webhook_secret.clone()),
        ("TRAVELOURE_STRIPE_TIMEOUT_SECONDS", "5".to_owned()),
        ("TRAVELOURE_STRIPE_RETRIES", "1".to_owned()),
        ("TRAVELOURE_JOBS_EXPIRE_SECONDS", "1".to_owned()),
        ("TRAVELOURE_PAYMENTS_PAYOUT_HOLD_HOURS", "0".to_owned()),
        ("TRAVELOURE_RATE_LIMIT_PER_MINUTE", "1000000".to_owned()),
        ("TRAVELOURE_RATE_LIMIT_SIGN_IN_PER_MINUTE", "10000".to_owned()),
        ("TRAVELOURE_LOG_LEVEL", "warn".to_owned()),
    ]
}

fn socket(cluster: &Cluster) -> PathBuf {
    let options = cluster.owner_options();
    options.get_socket().unwrap().join(format!(".s.PGSQL.{}", options.get_port()))
}

/// Free now, and the server's from its first start on: it must come back where it was.
fn free_address() -> String {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string()
}
