//! Parameters in Stripe's form: `a=1&metadata[k]=v&items[0][price]=2&expand[]=x`.
//!
//! An operation takes what it knows out of them, and then [`Params::finish`] refuses what is left: a
//! parameter that is misspelt, or that the sandbox does not model, is never passed over in silence.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::refusal::Refusal;

/// No name is nested deeper.
const DEEPEST: usize = 6;

type Answer<T> = Result<T, Refusal>;

#[derive(Clone, Debug)]
enum Param {
    Text(String),
    Nested(BTreeMap<String, Param>),
}

/// Parameters that nobody has taken yet, at one level of nesting.
#[derive(Clone, Debug, Default)]
pub(super) struct Params {
    /// The name of this level, such as `line_items[0]`; empty at the top.
    name: String,
    fields: BTreeMap<String, Param>,
}

/// A change of metadata: empty values take a name away.
#[derive(Clone, Debug, Default)]
pub(super) struct Metadata {
    clears: bool,
    values: BTreeMap<String, String>,
}

impl Metadata {
    /// The metadata of a new object.
    pub(super) fn fresh(&self) -> Value {
        let mut fields = Map::new();
        self.change(&mut fields);
        Value::Object(fields)
    }

    /// Changes what an object has.
    pub(super) fn change(&self, fields: &mut Map<String, Value>) {
        if self.clears {
            fields.clear();
        }
        for (name, value) in &self.values {
            if value.is_empty() {
                fields.remove(name);
            } else {
                fields.insert(name.clone(), value.clone().into());
            }
        }
    }
}

/// Seconds since 1970 between which something was made, both included.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Range {
    pub(super) from: Option<i64>,
    pub(super) until: Option<i64>,
}

impl Params {
    /// # Errors
    /// Names that contradict each other (`a=1&a[b]=2`) or are nested too deeply.
    pub(super) fn parse(pairs: &[(String, String)]) -> Answer<Self> {
        let mut fields = BTreeMap::new();
        for (name, value) in pairs {
            let path = segments(name).ok_or_else(|| {
                let message = format!("Invalid parameter name: {name}");
                Refusal::parameter(name, "parameter_unknown", message)
            })?;
            place(&mut fields, &path, value).ok_or_else(|| {
                let message = format!("{name} is said in two ways that contradict each other.");
                Refusal::parameter(name, "parameter_invalid_string_empty", message)
            })?;
        }
        Ok(Self { name: String::new(), fields })
    }

    fn full(&self, name: &str) -> String {
        if self.name.is_empty() { name.to_owned() } else { format!("{}[{name}]", self.name) }
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.fields.contains_key(name)
    }

    /// A text; an empty one is as good as none.
    pub(super) fn text(&mut self, name: &str) -> Answer<Option<String>> {
        match self.fields.remove(name) {
            None => Ok(None),
            Some(Param::Text(text)) if text.len() > 5000 => {
                let message = format!("Invalid string: {name} is longer than 5000 characters");
                Err(Refusal::parameter(&self.full(name), "parameter_invalid_string", message))
            }
            Some(Param::Text(text)) => Ok(Some(text).filter(|text| !text.is_empty())),
            Some(Param::Nested(_)) => {
                let message = format!("Invalid string: {} is nested", self.full(name));
                Err(Refusal::parameter(&self.full(name), "parameter_invalid_string", message))
            }
        }
    }

    pub(super) fn required(&mut self, name: &str) -> Answer<String> {
        self.text(name)?.ok_or_else(|| self.missing(name))
    }

    pub(super) fn missing(&self, name: &str) -> Refusal {
        let full = self.full(name);
        let message = format!("Missing required param: {full}.");
        Refusal::parameter(&full, "parameter_missing", message)
    }

    /// A refusal of the value that a parameter has.
    pub(super) fn invalid(&self, name: &str, code: &str, message: impl Into<String>) -> Refusal {
        Refusal::parameter(&self.full(name), code, message)
    }

    pub(super) fn int(&mut self, name: &str) -> Answer<Option<i64>> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        text.parse().map(Some).map_err(|_| {
            self.invalid(name, "parameter_invalid_integer", format!("Invalid integer: {text}"))
        })
    }

    pub(super) fn required_int(&mut self, name: &str) -> Answer<i64> {
        self.int(name)?.ok_or_else(|| self.missing(name))
    }

    pub(super) fn flag(&mut self, name: &str) -> Answer<bool> {
        match self.text(name)?.as_deref() {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(other) => {
                let message = format!("Invalid boolean: {other}");
                Err(self.invalid(name, "parameter_invalid_boolean", message))
            }
        }
    }

    /// One of the words that the sandbox knows.
    pub(super) fn one_of(&mut self, name: &str, words: &[&str]) -> Answer<Option<String>> {
        let Some(word) = self.text(name)? else { return Ok(None) };
        if words.contains(&word.as_str()) {
            return Ok(Some(word));
        }
        let message = format!("Invalid {name}: must be one of {}", words.join(", "));
        Err(self.invalid(name, "parameter_unknown", message))
    }

    /// What is nested below a name; empty where nothing is.
    pub(super) fn nested(&mut self, name: &str) -> Answer<Self> {
        match self.fields.remove(name) {
            None => Ok(Self { name: self.full(name), fields: BTreeMap::new() }),
            Some(Param::Nested(fields)) => Ok(Self { name: self.full(name), fields }),
            Some(Param::Text(_)) => Err(self.invalid(
                name,
                "parameter_invalid_object",
                format!("Invalid object: {name}"),
            )),
        }
    }

    /// The elements of a list, in the order of their numbers.
    pub(super) fn list(&mut self, name: &str) -> Answer<Vec<Self>> {
        let nested = self.nested(name)?;
        let mut elements = Vec::new();
        for (index, param) in nested.fields {
            let element = format!("{}[{index}]", nested.name);
            let (Ok(index), Param::Nested(fields)) = (index.parse::<usize>(), param) else {
                let message = format!("Invalid array: {element}");
                return Err(Refusal::parameter(&element, "parameter_invalid_array", message));
            };
            elements.push((index, Self { name: element, fields }));
        }
        elements.sort_by_key(|(index, _)| *index);
        Ok(elements.into_iter().map(|(_, element)| element).collect())
    }

    /// A list of texts.
    pub(super) fn texts(&mut self, name: &str) -> Answer<Vec<String>> {
        let nested = self.nested(name)?;
        let mut texts = Vec::new();
        for (index, param) in nested.fields {
            let (Ok(index), Param::Text(text)) = (index.parse::<usize>(), param) else {
                let message = format!("Invalid array: {name}");
                return Err(Refusal::parameter(name, "parameter_invalid_array", message));
            };
            texts.push((index, text));
        }
        texts.sort();
        Ok(texts.into_iter().map(|(_, text)| text).collect())
    }

    /// # Errors
    /// Beyond 50 names, names longer than 40 or values longer than 500 characters.
    pub(super) fn metadata(&mut self) -> Answer<Metadata> {
        let fields = match self.fields.remove("metadata") {
            None => return Ok(Metadata::default()),
            Some(Param::Text(text)) if text.is_empty() => {
                return Ok(Metadata { clears: true, values: BTreeMap::new() });
            }
            Some(Param::Text(_)) => {
                return Err(self.invalid("metadata", "parameter_invalid_object", "Invalid object"));
            }
            Some(Param::Nested(fields)) => fields,
        };
        let mut values = BTreeMap::new();
        for (name, param) in fields {
            let full = format!("{}[{name}]", self.full("metadata"));
            let Param::Text(value) = param else {
                let message = "Metadata values must be strings";
                return Err(Refusal::parameter(&full, "parameter_invalid_string", message));
            };
            if name.chars().count() > 40 || value.chars().count() > 500 {
                let message = "Metadata keys must have up to 40 characters, values up to 500";
                return Err(Refusal::parameter(&full, "parameter_invalid_string", message));
            }
            values.insert(name, value);
        }
        if values.len() > 50 {
            let message = "Metadata can have up to 50 keys";
            return Err(self.invalid("metadata", "parameter_invalid_object", message));
        }
        Ok(Metadata { clears: false, values })
    }

    /// `created=7`, or any of `created[gte]`, `gt`, `lte`, `lt`.
    pub(super) fn range(&mut self, name: &str) -> Answer<Range> {
        if let Some(Param::Text(_)) = self.fields.get(name) {
            let at = self.int(name)?;
            return Ok(Range { from: at, until: at });
        }
        let mut nested = self.nested(name)?;
        let (gte, gt) = (nested.int("gte")?, nested.int("gt")?);
        let (lte, lt) = (nested.int("lte")?, nested.int("lt")?);
        nested.finish()?;
        Ok(Range {
            from: gte.max(gt.map(|at| at.saturating_add(1))),
            until: lte.into_iter().chain(lt.map(|at| at.saturating_sub(1))).min(),
        })
    }

    /// Everything below a name, as a document of texts.
    pub(super) fn document(&mut self, name: &str) -> Answer<Map<String, Value>> {
        Ok(document(self.nested(name)?.fields))
    }

    /// Takes what may be said and changes nothing here.
    pub(super) fn accept(&mut self, names: &[&str]) {
        for name in names {
            self.fields.remove(*name);
        }
    }

    /// # Errors
    /// Parameters that nobody took.
    pub(super) fn finish(self) -> Answer<()> {
        match self.fields.keys().next() {
            None => Ok(()),
            Some(name) => {
                let full = self.full(name);
                let message = format!("Received unknown parameter: {full}");
                Err(Refusal::parameter(&full, "parameter_unknown", message))
            }
        }
    }
}

fn document(fields: BTreeMap<String, Param>) -> Map<String, Value> {
    let value = |param| match param {
        Param::Text(text) if text == "true" => Value::Bool(true),
        Param::Text(text) if text == "false" => Value::Bool(false),
        Param::Text(text) => Value::String(text),
        Param::Nested(fields) => Value::Object(document(fields)),
    };
    fields.into_iter().map(|(name, param)| (name, value(param))).collect()
}

/// The parts of `a[b][]`: `a`, `b` and an empty one.
fn segments(name: &str) -> Option<Vec<&str>> {
    let Some((first, rest)) = name.split_once('[') else { return Some(vec![name]) };
    let rest = rest.strip_suffix(']')?;
    let mut parts = vec![first];
    parts.extend(rest.split("]["));
    (parts.len() <= DEEPEST && !first.is_empty()).then_some(parts)
}

fn place(fields: &mut BTreeMap<String, Param>, path: &[&str], value: &str) -> Option<()> {
    let (first, rest) = path.split_first()?;
    // `a[]` is the next element of the list.
    let name = if first.is_empty() { fields.len().to_string() } else { (*first).to_owned() };
    if rest.is_empty() {
        return match fields.insert(name, Param::Text(value.to_owned())) {
            Some(Param::Nested(_)) => None,
            _ => Some(()),
        };
    }
    match fields.entry(name).or_insert_with(|| Param::Nested(BTreeMap::new())) {
        Param::Nested(inner) => place(inner, rest, value),
        Param::Text(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params(text: &str) -> Params {
        let pairs: Vec<_> = url::form_urlencoded::parse(text.as_bytes()).into_owned().collect();
        Params::parse(&pairs).unwrap()
    }

    #[test]
    fn brackets_nest() {
        let mut all = params("a=1&m[x][y]=2&l[1][q]=b&l[0][q]=a&e[]=u&e[]=v&created[gt]=4");
        assert_eq!(all.int("a").unwrap(), Some(1));
        let mut inner = all.nested("m").unwrap().nested("x").unwrap();
        assert_eq!(inner.text("y").unwrap().as_deref(), Some("2"));
        let mut list = all.list("l").unwrap();
        assert_eq!(list[0].required("q").unwrap(), "a");
        assert_eq!(list[1].required("q").unwrap(), "b");
        assert_eq!(all.texts("e").unwrap(), ["u", "v"]);
        assert_eq!(all.range("created").unwrap().from, Some(5));
        all.finish().unwrap();
    }

    #[test]
    fn what_nobody_takes_is_refused_by_its_full_name() {
        let mut all = params("items[0][price]=1&items[0][qantity]=2");
        let mut item = all.list("items").unwrap().remove(0);
        item.int("price").unwrap();
        let refusal = item.finish().unwrap_err();
        assert_eq!(refusal.body()["error"]["param"], "items[0][qantity]");
        assert_eq!(refusal.body()["error"]["code"], "parameter_unknown");
    }

    #[test]
    fn contradictions_and_deep_nests_are_refused() {
        for text in ["a=1&a[b]=2", "a[b]=2&a=1", "a[b][c][d][e][f][g]=1", "a[b=1", "[a]=1"] {
            let pairs: Vec<_> = url::form_urlencoded::parse(text.as_bytes()).into_owned().collect();
            assert!(Params::parse(&pairs).is_err(), "{text}");
        }
    }

    #[test]
    fn metadata_is_set_taken_away_and_cleared() {
        let mut fields = Map::new();
        params("metadata[a]=1&metadata[b]=2").metadata().unwrap().change(&mut fields);
        params("metadata[a]=").metadata().unwrap().change(&mut fields);
        assert_eq!(Value::Object(fields.clone()), serde_json::json!({"b": "2"}));
        params("metadata=").metadata().unwrap().change(&mut fields);
        assert!(fields.is_empty());
    }
}
