//! The one catalogue of commands.
//!
//! Everything a key can do stands here once: what it is called, which keys it has, where it works
//! and how dangerous it is. The key bar, the help overlay, the palette, the keymap and the
//! documentation's table are all read from it. A screen adds its own file with its `enum` of acts
//! and its `COMMANDS`, a variant of [`Action`], a [`Context`] and a line in [`CATALOGUE`].

mod app;
mod bookings;
mod calendar;
mod cart;
mod earnings;
mod fees;
mod form;
mod inbox;
mod jobs;
mod list;
mod manifest;
mod prices;
mod reports;
mod rules_text;
mod search;

pub use app::AppAct;
pub use bookings::BookingsAct;
pub use calendar::CalendarAct;
pub use cart::{CartAct, CheckoutAct};
pub use earnings::EarningsAct;
pub use fees::FeesAct;
pub use form::FormAct;
pub use inbox::InboxAct;
pub use jobs::JobsAct;
pub use list::ListAct;
pub use manifest::ManifestAct;
pub use prices::PricesAct;
pub use reports::ReportsAct;
pub use rules_text::RulesTextAct;
pub use search::SearchAct;

/// What a key, the palette or the mouse asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    App(AppAct),
    List(ListAct),
    Form(FormAct),
    Inbox(InboxAct),
    Calendar(CalendarAct),
    Prices(PricesAct),
    RulesText(RulesTextAct),
    Bookings(BookingsAct),
    Manifest(ManifestAct),
    Earnings(EarningsAct),
    Search(SearchAct),
    Cart(CartAct),
    Checkout(CheckoutAct),
    Fees(FeesAct),
    Reports(ReportsAct),
    Jobs(JobsAct),
}

/// Where a command works. A screen names the contexts that are active, the innermost first; a key
/// means what the first of them says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Context {
    /// Everywhere, unless text is being typed.
    App,
    /// Any list, table or text that can be moved through.
    List,
    /// Fields that are being filled in.
    Form,
    Inbox,
    Calendar,
    Prices,
    /// Lines of text that are read as rules or prices.
    RulesText,
    Bookings,
    /// Who comes on a day.
    Manifest,
    Earnings,
    Search,
    Cart,
    /// Paying for what was booked.
    Checkout,
    Fees,
    Reports,
    Jobs,
}

impl Context {
    pub const ALL: [Self; 16] = [
        Self::App,
        Self::List,
        Self::Form,
        Self::Inbox,
        Self::Calendar,
        Self::Prices,
        Self::RulesText,
        Self::Bookings,
        Self::Manifest,
        Self::Earnings,
        Self::Search,
        Self::Cart,
        Self::Checkout,
        Self::Fees,
        Self::Reports,
        Self::Jobs,
    ];

    /// The table of the keymap file.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::App => "app",
            Self::List => "list",
            Self::Form => "form",
            Self::Inbox => "inbox",
            Self::Calendar => "calendar",
            Self::Prices => "prices",
            Self::RulesText => "rules_text",
            Self::Bookings => "bookings",
            Self::Manifest => "manifest",
            Self::Earnings => "earnings",
            Self::Search => "search",
            Self::Cart => "cart",
            Self::Checkout => "checkout",
            Self::Fees => "fees",
            Self::Reports => "reports",
            Self::Jobs => "jobs",
        }
    }

    /// The heading in the help overlay.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::App => "Everywhere",
            Self::List => "Moving",
            Self::Form => "Filling in",
            Self::Inbox => "Inbox",
            Self::Calendar => "Calendar",
            Self::Prices => "Prices",
            Self::RulesText => "Writing as text",
            Self::Bookings => "Bookings",
            Self::Manifest => "Arrivals of a day",
            Self::Earnings => "Earnings",
            Self::Search => "Search",
            Self::Cart => "Cart",
            Self::Checkout => "Checkout",
            Self::Fees => "Fees",
            Self::Reports => "Reports",
            Self::Jobs => "Jobs",
        }
    }
}

/// What a command can do to the person's business.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Danger {
    /// Shows or moves something.
    Harmless,
    /// Sends something to another person; it can be taken back for a few seconds.
    Sends,
    /// Asks first, with a key that is neither the one that asked nor Enter.
    Asks,
}

/// One command.
#[derive(Clone, Copy, Debug)]
pub struct Command {
    pub action: Action,
    pub context: Context,
    /// The name in the keymap file, unique within its context.
    pub name: &'static str,
    /// One or two words for the key bar.
    pub label: &'static str,
    /// A sentence for help, palette and documentation.
    pub help: &'static str,
    /// The keys it has unless the keymap says otherwise; a chord is keys with spaces between.
    pub keys: &'static [&'static str],
    pub danger: Danger,
    /// How early it gets its place in the key bar; 0 is never.
    pub bar: u8,
    /// The same from the command line.
    pub cli: Option<&'static str>,
}

impl Command {
    const fn new(
        context: Context,
        name: &'static str,
        action: Action,
        keys: &'static [&'static str],
        label: &'static str,
        help: &'static str,
    ) -> Self {
        Self {
            action,
            context,
            name,
            label,
            help,
            keys,
            danger: Danger::Harmless,
            bar: 0,
            cli: None,
        }
    }

    const fn bar(self, bar: u8) -> Self {
        Self { bar, ..self }
    }

    const fn danger(self, danger: Danger) -> Self {
        Self { danger, ..self }
    }

    const fn cli(self, cli: &'static str) -> Self {
        Self { cli: Some(cli), ..self }
    }
}

/// Every command, by context.
pub const CATALOGUE: &[&[Command]] = &[
    inbox::COMMANDS,
    calendar::COMMANDS,
    prices::COMMANDS,
    rules_text::COMMANDS,
    bookings::COMMANDS,
    manifest::COMMANDS,
    earnings::COMMANDS,
    search::COMMANDS,
    cart::COMMANDS,
    cart::CHECKOUT,
    fees::COMMANDS,
    reports::COMMANDS,
    jobs::COMMANDS,
    list::COMMANDS,
    form::COMMANDS,
    app::COMMANDS,
];

/// Every command, in the order of the catalogue.
pub fn all() -> impl Iterator<Item = &'static Command> {
    CATALOGUE.iter().copied().flatten()
}

/// The command that `action` belongs to.
#[must_use]
pub fn find(action: Action) -> Option<&'static Command> {
    all().find(|command| command.action == action)
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::*;

    /// The documentation's key table, from the catalogue.
    fn keys_page() -> String {
        let mut page = String::from(
            "# Keys\n\n\
             Written from the catalogue of commands (`src/tui/commands`). Every key can be changed in\n\
             `keymap.toml`; `config/keymap.toml` shows how. Keys with a blank between are pressed one\n\
             after the other.\n",
        );
        for context in Context::ALL {
            let _ = write!(
                page,
                "\n## {} `[{}]`\n\n| keys | command | what it does | as a command line |\n|---|---|---|---|\n",
                context.title(),
                context.name()
            );
            for command in all().filter(|command| command.context == context) {
                let keys: Vec<_> = command.keys.iter().map(|key| format!("`{key}`")).collect();
                let danger = match command.danger {
                    Danger::Harmless => "",
                    Danger::Sends => " (can be taken back for a few seconds)",
                    Danger::Asks => " (asks first)",
                };
                let cli = command.cli.map_or(String::new(), |cli| format!("`traveloure {cli}`"));
                let keys = keys.join(" ").replace('|', "\\|");
                let _ = writeln!(
                    page,
                    "| {keys} | {} | {}{danger} | {cli} |",
                    command.name, command.help
                );
            }
        }
        page
    }

    /// The keymap as a file that changes nothing.
    fn keymap_file() -> String {
        let mut file = String::from(
            "# Keys of the terminal UI. Every line here is the default; what is left out keeps it.\n\
             # A command can have several keys, or none: it is found in the palette all the same.\n\
             # A chord is written with blanks between its keys: \"f o\". Esc always goes back.\n",
        );
        for context in Context::ALL {
            let _ = write!(file, "\n# {}\n[{}]\n", context.title(), context.name());
            for command in all().filter(|command| command.context == context) {
                let keys: Vec<_> = command.keys.iter().map(|key| format!("\"{key}\"")).collect();
                let _ = writeln!(file, "{} = [{}]", command.name, keys.join(", "));
            }
        }
        file
    }

    fn assert_written(path: &str, now: &str) {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
        if std::env::var_os("UPDATE_PAGES").is_some() {
            std::fs::write(&path, now).unwrap();
        }
        let written = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            written == now,
            "{} is not up to date; run the test again with UPDATE_PAGES=1",
            path.display()
        );
    }

    #[test]
    fn keys_page_is_up_to_date() {
        assert_written("docs/KEYS.md", &keys_page());
        assert_written("config/keymap.toml", &keymap_file());
    }
}
