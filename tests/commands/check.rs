//! `traveloure admin check` on a database that nobody serves, whole and broken.

use super::home::Home;

#[tokio::test]
async fn a_broken_rule_is_named_with_its_rows_and_fails() {
    let home = Home::new();
    let refused = home.run(&["admin", "check"], "");
    assert_eq!(refused.exit_code(), 5);
    assert!(refused.complaint().contains("no database"), "{}", refused.complaint());
    assert!(!home.0.path().join("cluster").exists(), "looking makes nothing");

    home.ok(&["register", "ana@example.com", "--name", "Ana Sousa"], "a long enough one\n");
    let whole = home.ok(&["admin", "check"], "");
    assert!(whole.contains(" 5  holds") && !whole.contains("BROKEN"), "{whole}");
    assert!(whole.contains("No server is at work here"), "{whole}");
    let left_out = whole.lines().find(|line| line.starts_with("Not looked at here: "));
    let left_out = left_out.expect("what is not checked is said");
    for number in 1..=18 {
        let is_row =
            whole.lines().any(|line| line.trim_start().starts_with(&format!("{number}  ")));
        let is_explained = left_out.contains(&format!(" {number} is about "));
        assert!(is_row != is_explained, "{number}: {whole}");
    }

    home.as_owner(
        "ALTER TABLE ledger_entries DISABLE TRIGGER ledger_entries_balance;
         INSERT INTO ledger_entries (transaction_id, account, amount, currency, description, created_at)
         VALUES ('00000000-0000-7000-8000-000000000001', 'held_funds', 1, 'EUR', '', '2026-06-01T09:00:00Z')",
    )
    .await;
    let broken = home.run(&["admin", "check"], "");
    assert_eq!(broken.exit_code(), 3);
    assert!(broken.complaint().starts_with("1 rule is broken."), "{}", broken.complaint());
    let printed = broken.printed();
    assert!(printed.contains(" 5  BROKEN"), "{printed}");
    assert!(
        printed.contains("00000000-0000-7000-8000-000000000001  1.0000 EUR too much"),
        "{printed}"
    );
    let told = home.run(&["--json", "admin", "check"], "").printed();
    let told: serde_json::Value = serde_json::from_str(&told).unwrap();
    assert_eq!(told["holds"], false);
    let rules = told["rules"].as_array().unwrap();
    let rule = rules.iter().find(|rule| rule["number"] == 5).unwrap();
    assert_eq!(rule["broken"][0]["row"], "00000000-0000-7000-8000-000000000001");
    assert_eq!(rules.iter().filter(|rule| rule["holds"] == false).count(), 1);
}

#[test]
fn a_server_elsewhere_does_not_show_its_database() {
    let home = Home::new();
    let refused = home.run(&["--server", "https://desk.example.com", "admin", "check"], "");
    assert_eq!(refused.exit_code(), 2);
    assert!(refused.complaint().contains("DATABASE_URL"), "{}", refused.complaint());
}
