//! Who may import whom: the rules of docs/ARCHITECTURE.md, held by looking at the code.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in
        fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
    {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// The lines of a file that are code, with their numbers.
fn code_lines(file: &Path) -> Vec<(usize, String)> {
    fs::read_to_string(file)
        .unwrap()
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
        .map(|(number, line)| (number + 1, line.to_owned()))
        .collect()
}

/// Every line below `folder` on which one of `words` stands.
fn uses(folder: &str, words: &[&str], except: &[&str]) -> Vec<String> {
    let folder = root().join(folder);
    let mut found = Vec::new();
    for file in rust_files(&folder) {
        let name = file.strip_prefix(root()).unwrap().display().to_string();
        if except.iter().any(|exception| name.starts_with(exception)) {
            continue;
        }
        for (number, line) in code_lines(&file) {
            if words.iter().any(|word| line.contains(word)) {
                found.push(format!("{name}:{number}: {}", line.trim()));
            }
        }
    }
    found
}

fn assert_none(found: &[String], rule: &str) {
    assert!(found.is_empty(), "{rule}\n{}", found.join("\n"));
}

#[test]
fn crates_depend_downwards_only() {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(root())
        .output()
        .unwrap();
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let mut edges: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for package in metadata["packages"].as_array().unwrap() {
        let depends = package["dependencies"]
            .as_array()
            .unwrap()
            .iter()
            .map(|dependency| dependency["name"].as_str().unwrap().to_owned())
            .filter(|name| name.starts_with("traveloure"))
            .collect();
        let name = package["name"].as_str().unwrap().to_owned();
        let mut depends: BTreeSet<String> = depends;
        // For its own tests a crate may switch on what it offers to tests.
        depends.remove(&name);
        edges.insert(name, depends);
    }
    let allowed = [
        ("traveloure-core", vec![]),
        ("traveloure-config", vec!["traveloure-core"]),
        ("traveloure-server", vec!["traveloure-config", "traveloure-core"]),
        ("traveloure", vec!["traveloure-config", "traveloure-core", "traveloure-server"]),
    ];
    assert_eq!(edges.len(), allowed.len(), "{edges:?}");
    for (package, may) in allowed {
        let may: BTreeSet<String> = may.into_iter().map(ToOwned::to_owned).collect();
        assert!(edges[package].is_subset(&may), "{package} depends on {:?}", edges[package]);
    }
}

#[test]
fn core_is_pure() {
    let found = uses(
        "core/src",
        &[
            "tokio",
            "sqlx",
            "reqwest",
            "std::fs",
            "std::net",
            "std::env",
            "async fn",
            "Utc::now",
            "Instant::now",
        ],
        &[],
    );
    assert_none(&found, "core has no I/O, no async, no clock, no SQL");
}

#[test]
fn sql_is_in_the_store_only() {
    let words = ["sqlx::query", "query_as!(", "query_scalar!(", "raw_sql"];
    let places = ["server/src/store/", "server/src/cluster/", "server/src/sandbox/store/"];
    let found = uses("server/src", &words, &places);
    assert_none(&found, "SQL belongs in server/src/store");
}

#[test]
fn the_store_decides_nothing() {
    let found = uses("server/src/store", &["crate::app", "crate::http", "super::super::app"], &[]);
    assert_none(&found, "the store knows neither use cases nor HTTP");
}

/// The sandbox is another party: it could be Stripe's own.
#[test]
fn the_sandbox_is_another_party() {
    let words = [
        "crate::app",
        "crate::store",
        "crate::http",
        "crate::adapters",
        "crate::events",
        "crate::jobs",
        "crate::error",
    ];
    assert_none(&uses("server/src/sandbox", &words, &[]), "the sandbox knows nobody else here");
    let mine = ["traveloure_core::"];
    let found: Vec<String> = uses("server/src/sandbox", &mine, &[])
        .into_iter()
        .filter(|line| !line.contains("traveloure_core::money"))
        .collect();
    assert_none(&found, "the sandbox knows currencies and nothing else of the domain");
    let books =
        ["sandbox::store", "FROM sandbox.", "JOIN sandbox.", "INTO sandbox.", "UPDATE sandbox."];
    let found = uses("server/src", &books, &["server/src/sandbox/"]);
    assert_none(&found, "nobody else reads or writes the sandbox's books");
}

#[test]
fn use_cases_know_no_http() {
    let found = uses("server/src/app", &["crate::http", "axum"], &[]);
    assert_none(&found, "use cases are called by HTTP, and by jobs, and know neither");
}

#[test]
fn use_cases_know_ports_and_no_adapter() {
    let words = ["crate::adapters", "super::adapters", "reqwest", "stripe::"];
    let found = uses("server/src/app", &words, &[]);
    assert_none(&found, "use cases speak to the world outside by the ports of app");
    let found = uses("server/src/store", &["crate::adapters"], &[]);
    assert_none(&found, "the store speaks to the database only");
}

#[test]
fn adapters_implement_ports_and_nothing_else() {
    let words = ["crate::http", "crate::store", "crate::jobs", "crate::events", "sqlx"];
    let found = uses("server/src/adapters", &words, &[]);
    assert_none(&found, "an adapter knows the port it implements and the party out there");
    let found: Vec<_> = uses("server/src/adapters", &["crate::app"], &[])
        .into_iter()
        .filter(|line| !line.contains("crate::app::gateway"))
        .collect();
    assert_none(&found, "of app an adapter knows the port it implements");
}

#[test]
fn handlers_go_through_use_cases() {
    let found = uses("server/src/http", &["crate::store", "crate::adapters", "sqlx"], &[]);
    assert_none(&found, "handlers call use cases, not the store and not an adapter");
}

#[test]
fn the_terminal_speaks_the_api_only() {
    let found = uses("src/tui", &["traveloure_server", "sqlx", "crate::embedded", "reqwest"], &[]);
    assert_none(&found, "src/tui never imports the server, its store or a client of its own");
}

/// Two types of one name would be one in the API's description, and which one is chance.
#[test]
fn wire_types_are_named_apart() {
    let mut names: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for file in rust_files(&root().join("core/src")) {
        let text = fs::read_to_string(&file).unwrap();
        for derived in text.split("utoipa::ToSchema)").skip(1) {
            let head = derived.split(['{', ';', '(']).next().unwrap_or_default();
            let renamed =
                derived.strip_prefix(", schema(as = ").and_then(|rest| rest.split(')').next());
            let declared =
                derived.split("pub struct ").nth(1).or(derived.split("pub enum ").nth(1));
            let declared = declared.and_then(|rest| rest.split([' ', '<', '(', '{']).next());
            if let Some(name) = renamed.or(declared) {
                names
                    .entry(name.to_owned())
                    .or_default()
                    .push(format!("{}: {head}", file.display()));
            }
        }
    }
    names.retain(|_, places| places.len() > 1);
    assert!(names.is_empty(), "{names:#?}");
}

#[test]
fn no_catch_all_modules() {
    for folder in ["src", "core", "server", "config", "tests"] {
        for file in rust_files(&root().join(folder)) {
            let stem = file.file_stem().unwrap().to_str().unwrap();
            let parent = file.parent().unwrap().file_name().unwrap().to_str().unwrap();
            for name in [stem, parent] {
                assert!(
                    !["util", "utils", "common", "helpers", "misc", "manager"].contains(&name),
                    "{}: a name that says what is inside",
                    file.display()
                );
            }
        }
    }
}
