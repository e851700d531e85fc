//! Settings said by environment variables.

use std::ffi::{OsStr, OsString};

use figment::{
    Metadata, Profile, Provider,
    value::{Dict, Map, Value},
};

use crate::settings::{Form, KEYS, nearest, variable};

/// What the environment says, key by key.
#[derive(Debug, Default)]
pub(crate) struct Environment {
    values: Vec<(&'static str, Value)>,
}

impl Environment {
    /// Picks the settings out of `variables`; empty ones count as unset. `DATABASE_URL` is read
    /// only where the command is a server: in a shell it may well be another project's.
    ///
    /// # Errors
    /// A line for each variable that looks like a misspelt setting or cannot be read. Variables
    /// that resemble no setting are left alone: container platforms set some by themselves.
    pub(crate) fn read(
        variables: impl IntoIterator<Item = (OsString, OsString)>,
        takes_database_url: bool,
    ) -> Result<Self, Vec<String>> {
        let mut found = Self::default();
        let mut faults = Vec::new();
        let mut database_url = None;
        let mut no_color = false;
        for (name, value) in variables {
            if value.is_empty() {
                continue;
            }
            match name.to_str() {
                Some("DATABASE_URL") if takes_database_url => database_url = Some(value),
                Some("NO_COLOR") => no_color = true,
                Some(name) if name.starts_with("TRAVELOURE_") => {
                    if let Err(fault) = found.take(name, &value) {
                        faults.push(fault);
                    }
                }
                _ => {}
            }
        }
        if let Some(url) = database_url
            && !found.has("database_url")
            && let Err(fault) = found.push("DATABASE_URL", "database_url", Form::Text, &url)
        {
            faults.push(fault);
        }
        if no_color && !found.has("theme") {
            found.values.push(("theme", Value::from("mono")));
        }
        if faults.is_empty() { Ok(found) } else { Err(faults) }
    }

    fn take(&mut self, name: &str, value: &OsStr) -> Result<(), String> {
        if name == "TRAVELOURE_HOME" {
            return Ok(());
        }
        if let Some((key, form)) = KEYS.iter().find(|(key, _)| variable(key) == name) {
            return self.push(name, key, *form, value);
        }
        let wanted = name.trim_start_matches("TRAVELOURE_").to_ascii_lowercase();
        match nearest(&wanted) {
            Some(key) => Err(format!(
                "the environment variable {name} is no setting; did you mean {}?",
                variable(key)
            )),
            None => Ok(()),
        }
    }

    fn push(
        &mut self,
        name: &str,
        key: &'static str,
        form: Form,
        value: &OsStr,
    ) -> Result<(), String> {
        let text = value
            .to_str()
            .ok_or_else(|| format!("the environment variable {name} is not valid UTF-8"))?;
        let value = match form {
            Form::Text => Some(Value::from(text)),
            Form::Number => text.parse::<u32>().ok().map(Value::from),
            Form::Switch => match text {
                "true" | "1" | "yes" | "on" => Some(Value::from(true)),
                "false" | "0" | "no" | "off" => Some(Value::from(false)),
                _ => None,
            },
        };
        let value = value.ok_or_else(|| {
            let wanted = if form == Form::Number { "a whole number" } else { "true or false" };
            format!("the environment variable {name} is {text:?}; use {wanted}")
        })?;
        self.values.push((key, value));
        Ok(())
    }

    fn has(&self, key: &str) -> bool {
        self.values.iter().any(|(set, _)| *set == key)
    }
}

impl Provider for Environment {
    fn metadata(&self) -> Metadata {
        Metadata::named("the environment")
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        Ok(Profile::Default.collect(nested(&self.values)))
    }
}

/// `postgres.bin_dir` becomes `bin_dir` within `postgres`.
pub(crate) fn nested(values: &[(&'static str, Value)]) -> Dict {
    let mut dict = Dict::new();
    for (key, value) in values {
        match key.split_once('.') {
            None => {
                dict.insert((*key).to_owned(), value.clone());
            }
            Some((section, name)) => {
                let entry = dict.entry(section.to_owned()).or_insert_with(|| Dict::new().into());
                if let Value::Dict(_, section) = entry {
                    section.insert(name.to_owned(), value.clone());
                }
            }
        }
    }
    dict
}
