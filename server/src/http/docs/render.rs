//! An OpenAPI document as one page of HTML.

use std::fmt::Write;

use serde_json::{Map, Value};

const STYLE: &str = include_str!("style.css");
const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// The page.
pub(super) fn page(document: &Value) -> String {
    let title = text(&document["info"]["title"]);
    let operations = operations(document);
    let mut html = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>{title} API</title>\
         <style>{STYLE}</style></head><body>\n<h1>{title} API</h1>\n<p>{}</p>\n\
         <p><a href=\"/api/openapi.json\">openapi.json</a></p>\n",
        text(&document["info"]["description"]),
    );
    contents(&mut html, &operations);
    for operation in &operations {
        operation.write(&mut html);
    }
    html.push_str("<section><h2>Schemas</h2>\n");
    for (name, schema) in entries(&document["components"]["schemas"]) {
        write_schema(&mut html, name, schema);
    }
    html.push_str("</section>\n</body></html>\n");
    html
}

struct Operation<'a> {
    method: &'a str,
    path: &'a str,
    tag: &'a str,
    value: &'a Value,
}

fn operations(document: &Value) -> Vec<Operation<'_>> {
    let mut found: Vec<Operation<'_>> = entries(&document["paths"])
        .flat_map(|(path, item)| {
            METHODS.into_iter().filter_map(move |method| {
                let value = item.get(method)?;
                let tag = value["tags"][0].as_str().unwrap_or_default();
                Some(Operation { method, path, tag, value })
            })
        })
        .collect();
    found.sort_by_key(|operation| operation.tag);
    found
}

fn contents(html: &mut String, operations: &[Operation<'_>]) {
    html.push_str("<nav><ul>\n");
    for operation in operations {
        put(
            html,
            format_args!(
                "<li><a href=\"#{}\"><span class=\"path\">{} {}</span></a></li>\n",
                operation.anchor(),
                operation.method.to_uppercase(),
                escape(operation.path),
            ),
        );
    }
    html.push_str("</ul></nav>\n");
}

impl Operation<'_> {
    fn anchor(&self) -> String {
        escape(&format!("{}{}", self.method, self.path))
    }

    fn write(&self, html: &mut String) {
        put(
            html,
            format_args!(
                "<section id=\"{}\"><h3><span class=\"method\">{}</span> <span class=\"path\">{}</span></h3>\n\
                 <p class=\"soft\">{}</p>\n<p>{}</p>\n",
                self.anchor(),
                self.method.to_uppercase(),
                escape(self.path),
                escape(self.tag),
                text(&self.value["summary"]),
            ),
        );
        if let Some(description) = self.value["description"].as_str() {
            put(html, format_args!("<p>{}</p>\n", escape(description)));
        }
        self.parameters(html);
        if let Some(schema) = first_content(&self.value["requestBody"]) {
            put(html, format_args!("<p>Body: {}</p>\n", kind(schema)));
        }
        self.responses(html);
        html.push_str("</section>\n");
    }

    fn parameters(&self, html: &mut String) {
        let Some(parameters) = self.value["parameters"].as_array() else { return };
        html.push_str("<table><tr><th>Parameter</th><th>In</th><th>Type</th><th></th></tr>\n");
        for parameter in parameters {
            let optional = if parameter["required"].as_bool() == Some(true) { "" } else { "?" };
            put(
                html,
                format_args!(
                    "<tr><td><code>{}{optional}</code></td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
                    text(&parameter["name"]),
                    text(&parameter["in"]),
                    kind(&parameter["schema"]),
                    text(&parameter["description"]),
                ),
            );
        }
        html.push_str("</table>\n");
    }

    fn responses(&self, html: &mut String) {
        html.push_str("<table><tr><th>Status</th><th>Body</th><th></th></tr>\n");
        for (status, response) in entries(&self.value["responses"]) {
            let body = first_content(response).map(kind).unwrap_or_default();
            put(
                html,
                format_args!(
                    "<tr><td>{}</td><td>{body}</td><td>{}</td></tr>\n",
                    escape(status),
                    text(&response["description"]),
                ),
            );
        }
        html.push_str("</table>\n");
    }
}

fn write_schema(html: &mut String, name: &str, schema: &Value) {
    let name = escape(name);
    put(html, format_args!("<h3 id=\"schema-{name}\"><code>{name}</code></h3>\n"));
    put(html, format_args!("<p>{}</p>\n", text(&schema["description"])));
    if !schema["properties"].is_object() {
        put(html, format_args!("<p>{}</p>\n", kind(schema)));
        return;
    }
    let required = schema["required"].as_array().map(Vec::as_slice).unwrap_or_default();
    html.push_str("<table><tr><th>Field</th><th>Type</th><th></th></tr>\n");
    for (field, property) in entries(&schema["properties"]) {
        let optional = if required.iter().any(|one| one == field) { "" } else { "?" };
        put(
            html,
            format_args!(
                "<tr><td><code>{}{optional}</code></td><td>{}</td><td>{}</td></tr>\n",
                escape(field),
                kind(property),
                text(&property["description"]),
            ),
        );
    }
    html.push_str("</table>\n");
}

/// A schema in a few words, with links to those it refers to.
fn kind(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
        let name = escape(name);
        return format!("<a href=\"#schema-{name}\"><code>{name}</code></a>");
    }
    for (choice, joint) in [("oneOf", " or "), ("anyOf", " or "), ("allOf", " and ")] {
        if let Some(choices) = schema[choice].as_array() {
            return choices.iter().map(kind).collect::<Vec<_>>().join(joint);
        }
    }
    if let Some(values) = schema["enum"].as_array() {
        let values: Vec<String> =
            values.iter().map(|value| format!("<code>{}</code>", escape(&plain(value)))).collect();
        return values.join(", ");
    }
    if schema["properties"].is_object() {
        let fields: Vec<String> = entries(&schema["properties"])
            .map(|(field, property)| format!("<code>{}</code>: {}", escape(field), kind(property)))
            .collect();
        return format!("{{ {} }}", fields.join(", "));
    }
    let word = match &schema["type"] {
        Value::Array(words) => words.iter().map(plain).collect::<Vec<_>>().join(" or "),
        word => plain(word),
    };
    let format = schema["format"].as_str().map(|format| format!(" ({format})"));
    let items = schema.get("items").map(|items| format!(" of {}", kind(items)));
    format!("{}{}{}", escape(&word), escape(&format.unwrap_or_default()), items.unwrap_or_default())
}

fn first_content(value: &Value) -> Option<&Value> {
    entries(&value["content"]).next().and_then(|(_, content)| content.get("schema"))
}

fn entries(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter).map(|(name, value)| (name.as_str(), value))
}

fn text(value: &Value) -> String {
    escape(value.as_str().unwrap_or_default())
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(
        || if value.is_null() { String::new() } else { value.to_string() },
        str::to_owned,
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn put(html: &mut String, piece: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = html.write_fmt(piece);
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_the_document_says_is_text_and_no_markup() {
        let page = page(&json!({
            "info": {"title": "<b>", "description": "a & b"},
            "paths": {"/x/{id}/": {"get": {
                "tags": ["<script>"], "summary": "\"quoted\"",
                "responses": {"200": {"description": "fine", "content": {
                    "application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}
                }}}
            }}},
            "components": {"schemas": {"Thing": {"type": "object", "required": ["id"], "properties": {
                "id": {"type": "string", "format": "uuid"}, "rest": {"type": ["array", "null"], "items": {"type": "integer"}}
            }}}}
        }));
        assert!(!page.contains("<script>") && !page.contains("<b>"));
        assert!(page.contains("a &amp; b") && page.contains("&quot;quoted&quot;"));
        assert!(page.contains("<a href=\"#schema-Thing\"><code>Thing</code></a>"));
        assert!(page.contains("<td><code>id</code></td><td>string (uuid)</td>"));
        assert!(page.contains("<td><code>rest?</code></td><td>array or null of integer</td>"));
    }
}
