//! The demo's guests on a real server, turn by turn.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use chrono::TimeDelta;
use tokio_util::sync::CancellationToken;
use traveloure::{
    client::{Client, Key, RequestFilter},
    guest::{self, Guests, Settings, Turn},
};
use traveloure_config::{Flags, Paths, Secret, ServerUrl};
use traveloure_core::{
    actor::Role,
    api::{
        auth::Login,
        event::Kind,
        request::{CounterOffer, NewMessage, RequestRow},
    },
    ids::ProviderId,
    request::{Side, Status},
};
use traveloure_server::{
    clock::SetClock,
    cluster::scratch::TestDatabase,
    demo,
    entropy::SeededEntropy,
    serve::{self, Server, Setup},
};

/// The demo on a server of its own, and the provider at the desk.
struct House {
    server: Server,
    clock: SetClock,
    api: Client,
    desk: Client,
    provider: ProviderId,
    _database: TestDatabase,
}

impl House {
    async fn open() -> Self {
        let database = TestDatabase::empty().await;
        let clock = SetClock::at("2026-06-10T10:20:00Z".parse().unwrap());
        let home = tempfile::tempdir().unwrap();
        let paths = Paths::resolve(Some(home.path()), false).unwrap();
        let settings = traveloure_config::load(&paths, std::iter::empty(), &Flags::default());
        let (owner, app) = (database.owner_options(), database.app_options());
        let setup = Setup {
            demo: true,
            clock: Arc::new(clock.clone()),
            entropy: Arc::new(SeededEntropy::new(7)),
            ..Setup::embedded(&settings.unwrap(), owner, app)
        };
        let server = serve::serve(setup, |_| {}).await.unwrap();
        let url = ServerUrl::http(server.address()).unwrap();
        let api = Client::try_new(url, Duration::from_secs(20)).unwrap();
        let login = Login {
            email: demo::PROVIDER.to_owned(),
            password: demo::PASSWORD.to_owned(),
            device: None,
        };
        let session = api.login(&login).await.unwrap();
        let desk = api.with_token(Some(Secret::from(session.token))).in_role(Role::Provider);
        let provider = session.user.provider_id.unwrap();
        Self { server, clock, api, desk, provider, _database: database }
    }

    fn guests(&self) -> Guests {
        Guests::new(&self.api, Settings::new(11, Arc::new(self.clock.clone())))
    }

    async fn inbox(&self) -> Vec<RequestRow> {
        let filter = RequestFilter { inbox: true, limit: Some(200), ..RequestFilter::default() };
        self.desk.provider_requests(self.provider, &filter).await.unwrap().items
    }

    /// The open request of this guest.
    async fn request_of(&self, name: &str) -> RequestRow {
        let rows = self.inbox().await;
        rows.into_iter()
            .find(|row| {
                row.traveler_name.starts_with(name) && row.status == Status::PendingProvider
            })
            .unwrap()
    }
}

/// The place of a guest among the guests.
fn place_of(account: &str) -> usize {
    demo::GUESTS.iter().position(|email| email.starts_with(account)).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn guests_ask_and_answer_and_never_flood() {
    let house = House::open().await;
    let mut guests = house.guests();
    let before = house.inbox().await.len();
    let mut turns = BTreeMap::<&str, u32>::new();
    for _ in 0..80 {
        house.clock.advance(TimeDelta::minutes(2));
        let kind = match guests.ask().await {
            Ok(Turn::Asked(_)) => "asked",
            Ok(Turn::Withdrew(_)) => "withdrew",
            Ok(Turn::Wrote(_)) => "wrote",
            Ok(Turn::Nothing) => "nothing",
            Ok(other) => panic!("{other:?} is no turn of theirs"),
            Err(error) => {
                assert!(error.code().is_some(), "{error}");
                "refused"
            }
        };
        *turns.entry(kind).or_default() += 1;
        let open = house.inbox().await.len();
        assert!(open <= before + 10, "{open} are open");
    }
    for kind in ["asked", "withdrew", "wrote"] {
        assert!(turns.contains_key(kind), "nobody {kind}: {turns:?}");
    }
    assert!(turns.get("refused").copied().unwrap_or(0) < 15, "{turns:?}");

    answered(&house, &mut guests).await;
    spoken_to(&house, &mut guests).await;
    house.server.stop().await;
    assert!(guests.ask().await.unwrap_err().code().is_none(), "nobody answers any more");
}

async fn answered(house: &House, guests: &mut Guests) {
    let row = house.request_of("Callum").await;
    let offer = CounterOffer {
        price: row.price,
        message: "In the afternoon it is quieter.".to_owned(),
        ..CounterOffer::default()
    };
    house.desk.counter(row.id, &offer, &Key::random()).await.unwrap();
    let turn = guests.look(place_of("callum"), row.id, Kind::RequestCountered).await.unwrap();
    let seen = house.desk.request(row.id).await.unwrap();
    match turn {
        Turn::Accepted(id) => assert_eq!((id, seen.row.status), (row.id, Status::Accepted)),
        Turn::Declined(id) => assert_eq!((id, seen.row.status), (row.id, Status::Declined)),
        Turn::Countered(id) => {
            assert_eq!((id, seen.row.status), (row.id, Status::PendingProvider));
            assert!(seen.row.price.unwrap().amount() < row.price.unwrap().amount());
        }
        other => panic!("{other:?} is no answer"),
    }
    // Their own answer is news to them as well, and nothing to answer.
    let again = guests.look(place_of("callum"), row.id, Kind::RequestDeclined).await.unwrap();
    assert_eq!(again, Turn::Nothing);
}

async fn spoken_to(house: &House, guests: &mut Guests) {
    let row = house.request_of("Aoife").await;
    for _ in 0..8 {
        let text = "Do the musicians need electricity?".to_owned();
        house.desk.message(row.id, &NewMessage { text }, &Key::random()).await.unwrap();
        guests.look(place_of("aoife"), row.id, Kind::RequestMessage).await.unwrap();
    }
    let thread = house.desk.request(row.id).await.unwrap().messages;
    assert!(thread.iter().any(|message| message.by == Side::Traveler), "nobody replied");
}

#[tokio::test(flavor = "multi_thread")]
async fn guests_leave_when_they_are_told_to() {
    // There is no server at this address, and they try all the same.
    let url = ServerUrl::http("127.0.0.1:9".parse().unwrap()).unwrap();
    let api = Client::try_new(url, Duration::from_secs(1)).unwrap();
    let clock = SetClock::at("2026-06-10T10:20:00Z".parse().unwrap());
    let settings =
        Settings { first: Duration::ZERO..=Duration::ZERO, ..Settings::new(1, Arc::new(clock)) };
    let leave = CancellationToken::new();
    let staying = tokio::spawn(guest::run(api, settings, leave.clone()));
    leave.cancel();
    staying.await.unwrap();
}
