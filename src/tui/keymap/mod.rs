//! Which keys mean which command: the catalogue's defaults under the person's own keymap.

mod key;

use std::collections::BTreeMap;

pub use key::{Key, UnknownKey};

use super::commands::{self, Action, Command, Context};

/// What a keymap file says: for each context, for each command, its keys. A command that is named
/// loses its default keys; without any key it can still be found in the palette.
///
/// ```toml
/// [inbox]
/// accept = ["a", "y"]
/// show_all = ["f f"]
/// ```
pub type Overrides = BTreeMap<String, BTreeMap<String, Vec<String>>>;

/// Something in a keymap file that cannot be meant.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeymapError {
    #[error("[{context}] is no part of the keymap; there are {}", contexts())]
    UnknownContext { context: String },
    #[error("{context}.{command} is no command; docs/KEYS.md lists them all")]
    UnknownCommand { context: String, command: String },
    #[error("{context}.{command}: {source}")]
    UnknownKey { context: String, command: String, source: UnknownKey },
    #[error("{context}.{command}: {keys:?} is already the key of {other}, or begins it")]
    Taken { context: String, command: String, keys: String, other: &'static str },
    #[error("{context}.{command}: Esc always goes back and cannot be given to another command")]
    Esc { context: String, command: String },
}

fn contexts() -> String {
    Context::ALL.map(|context| format!("[{}]", context.name())).join(", ")
}

/// What keys pressed so far mean.
#[derive(Clone, Debug)]
pub enum Meaning {
    Command(&'static Command),
    /// The beginning of these chords.
    Begins(Vec<(Vec<Key>, &'static Command)>),
    Nothing,
}

#[derive(Clone, Debug)]
struct Binding {
    keys: Vec<Key>,
    command: &'static Command,
}

/// Keys and commands, ready to be looked up.
#[derive(Clone, Debug)]
pub struct Keymap {
    bindings: BTreeMap<Context, Vec<Binding>>,
}

impl Keymap {
    /// The catalogue's own keys.
    #[must_use]
    pub fn standard() -> Self {
        Self::try_new(&Overrides::new()).unwrap_or_else(|_| Self { bindings: BTreeMap::new() })
    }

    /// # Errors
    /// The first thing in `overrides` that cannot be meant: a context, command or key that does not
    /// exist, or one key for two commands of a context.
    pub fn try_new(overrides: &Overrides) -> Result<Self, KeymapError> {
        refuse_unknown(overrides)?;
        let mut bindings: BTreeMap<Context, Vec<Binding>> = BTreeMap::new();
        // What a person chose comes first: a default that it displaces gives way in silence.
        for command in commands::all() {
            if let Some(chosen) = chosen(overrides, command) {
                for text in chosen {
                    let list = bindings.entry(command.context).or_default();
                    list.push(bind(command, text, list)?);
                }
            }
        }
        for command in commands::all() {
            if chosen(overrides, command).is_none() {
                for text in command.keys {
                    let list = bindings.entry(command.context).or_default();
                    if let Ok(binding) = bind(command, text, list) {
                        list.push(binding);
                    }
                }
            }
        }
        Ok(Self { bindings })
    }

    /// What `pressed` means where `contexts` are active, the innermost first.
    #[must_use]
    pub fn meaning(&self, contexts: &[Context], pressed: &[Key]) -> Meaning {
        for context in contexts {
            let begun: Vec<_> = self
                .of(*context)
                .iter()
                .filter(|binding| binding.keys.starts_with(pressed))
                .collect();
            if let Some(whole) = begun.iter().find(|binding| binding.keys.len() == pressed.len()) {
                return Meaning::Command(whole.command);
            }
            if !begun.is_empty() {
                let chords = begun.iter().map(|binding| (binding.keys.clone(), binding.command));
                return Meaning::Begins(chords.collect());
            }
        }
        Meaning::Nothing
    }

    /// The first key of `action`, as it is shown; none if it has no key.
    #[must_use]
    pub fn key_of(&self, action: Action) -> Option<String> {
        self.keys_of(action).into_iter().next()
    }

    /// Every key of `action`, as they are shown.
    #[must_use]
    pub fn keys_of(&self, action: Action) -> Vec<String> {
        let Some(command) = commands::find(action) else { return Vec::new() };
        self.of(command.context)
            .iter()
            .filter(|binding| binding.command.action == action)
            .map(|binding| shown(&binding.keys))
            .collect()
    }

    fn of(&self, context: Context) -> &[Binding] {
        self.bindings.get(&context).map_or(&[], Vec::as_slice)
    }
}

/// A chord as it is shown: `f o`.
#[must_use]
pub fn shown(keys: &[Key]) -> String {
    keys.iter().map(Key::to_string).collect::<Vec<_>>().join(" ")
}

fn refuse_unknown(overrides: &Overrides) -> Result<(), KeymapError> {
    for (context, commands) in overrides {
        if Context::ALL.iter().all(|known| known.name() != context) {
            return Err(KeymapError::UnknownContext { context: context.clone() });
        }
        for name in commands.keys() {
            let known = commands::all()
                .any(|command| command.context.name() == context && command.name == name);
            if !known {
                return Err(KeymapError::UnknownCommand {
                    context: context.clone(),
                    command: name.clone(),
                });
            }
        }
    }
    Ok(())
}

fn chosen<'a>(overrides: &'a Overrides, command: &Command) -> Option<&'a Vec<String>> {
    overrides.get(command.context.name())?.get(command.name)
}

fn bind(command: &'static Command, text: &str, others: &[Binding]) -> Result<Binding, KeymapError> {
    let (context, name) = (command.context.name().to_owned(), command.name.to_owned());
    let keys: Vec<Key> = match text.split(' ').map(Key::parse).collect() {
        Ok(keys) => keys,
        Err(source) => return Err(KeymapError::UnknownKey { context, command: name, source }),
    };
    let esc = Key::parse("esc").ok();
    if command.name != "back" && keys.iter().any(|key| Some(*key) == esc) {
        return Err(KeymapError::Esc { context, command: name });
    }
    let clash = others.iter().find(|other| {
        other.command.action != command.action
            && (other.keys.starts_with(&keys) || keys.starts_with(&other.keys))
    });
    match clash {
        None => Ok(Binding { keys, command }),
        Some(other) => Err(KeymapError::Taken {
            context,
            command: name,
            keys: text.to_owned(),
            other: other.command.name,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::commands::{AppAct, InboxAct, ListAct},
        *,
    };

    const INBOX: &[Context] = &[Context::Inbox, Context::List, Context::App];

    fn keys(text: &str) -> Vec<Key> {
        text.split(' ').map(|key| Key::parse(key).unwrap()).collect()
    }

    fn action(keymap: &Keymap, text: &str) -> Option<Action> {
        match keymap.meaning(INBOX, &keys(text)) {
            Meaning::Command(command) => Some(command.action),
            Meaning::Begins(_) | Meaning::Nothing => None,
        }
    }

    fn overrides(context: &str, command: &str, keys: &[&str]) -> Overrides {
        let keys = keys.iter().map(ToString::to_string).collect();
        Overrides::from([(context.to_owned(), BTreeMap::from([(command.to_owned(), keys)]))])
    }

    #[test]
    fn every_default_key_is_readable_and_free() {
        let keymap = Keymap::standard();
        for command in commands::all() {
            assert_eq!(keymap.keys_of(command.action), command.keys, "{}", command.name);
        }
    }

    #[test]
    fn names_are_unique_and_labels_are_short() {
        for command in commands::all() {
            let namesakes = commands::all()
                .filter(|other| other.context == command.context && other.name == command.name);
            assert_eq!(namesakes.count(), 1, "{}", command.name);
            let doubles = commands::all().filter(|other| other.action == command.action);
            assert_eq!(doubles.count(), 1, "{:?}", command.action);
            assert!(command.label.len() <= 22, "{}", command.label);
            assert!(!command.help.ends_with('.'), "{}", command.help);
        }
    }

    #[test]
    fn the_innermost_context_decides() {
        let keymap = Keymap::standard();
        assert_eq!(action(&keymap, "a"), Some(Action::Inbox(InboxAct::Accept)));
        assert_eq!(action(&keymap, "j"), Some(Action::List(ListAct::Down)));
        assert_eq!(action(&keymap, "q"), Some(Action::App(AppAct::Quit)));
        assert_eq!(action(&keymap, "X"), None);
    }

    #[test]
    fn a_chord_says_what_may_follow() {
        let keymap = Keymap::standard();
        let Meaning::Begins(chords) = keymap.meaning(INBOX, &keys("f")) else { panic!() };
        assert!(
            chords
                .iter()
                .any(|(keys, command)| shown(keys) == "f o" && command.label == "to answer")
        );
        assert_eq!(action(&keymap, "f o"), Some(Action::Inbox(InboxAct::ShowToAnswer)));
    }

    #[test]
    fn a_chosen_key_displaces_a_default() {
        let keymap = Keymap::try_new(&overrides("inbox", "accept", &["y", "d"])).unwrap();
        assert_eq!(action(&keymap, "y"), Some(Action::Inbox(InboxAct::Accept)));
        assert_eq!(action(&keymap, "d"), Some(Action::Inbox(InboxAct::Accept)));
        assert_eq!(action(&keymap, "a"), None);
        assert_eq!(keymap.key_of(Action::Inbox(InboxAct::Decline)), None);
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        let refused = |context, command, keys: &[&str]| {
            Keymap::try_new(&overrides(context, command, keys)).unwrap_err().to_string()
        };
        assert!(refused("mailbox", "accept", &["a"]).contains("[inbox]"));
        assert!(refused("inbox", "acept", &["a"]).contains("inbox.acept"));
        assert!(refused("inbox", "accept", &["return"]).contains("\"return\""));
        assert!(refused("inbox", "accept", &["esc"]).contains("Esc always goes back"));
        let mut twice = overrides("inbox", "accept", &["x"]);
        twice.get_mut("inbox").unwrap().insert("decline".into(), vec!["x".into()]);
        assert!(Keymap::try_new(&twice).unwrap_err().to_string().contains("accept"));
    }
}
