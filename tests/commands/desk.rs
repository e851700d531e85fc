//! A provider's desk, worked by commands alone: everything that its screens do.

use serde_json::{Value, json};

use super::{
    home::Home,
    people::{People, id, words},
};

#[test]
fn requests_are_answered_three_ways() {
    let people = People::meet();
    people.ok(
        "services create \"Sunset tour\" --category activity --availability inventory --currency EUR --price 40.00",
    );
    people.ok("availability set sunset \"every day 18:00 cap 6\" \"counts per person\"");

    let submit = "requests submit sunset +10 --time 18:00 --party";
    let first = people.as_tom(&format!("{submit} 2 --message \"Is it cold?\""));
    let second = people.as_tom(&format!("{submit} 3"));
    let third = people.as_tom(&format!("{submit} 6"));
    let inbox = people.ok("requests list");
    assert_eq!(inbox.lines().count(), 4, "{inbox}");
    assert!(inbox.contains("your turn") && inbox.contains("40.00 EUR"), "{inbox}");
    assert!(people.ok(&format!("requests show {}", id(&first))).contains("  Is it cold?"));

    let accepted = people.json(&format!("requests accept {}", id(&first)));
    assert_eq!(accepted["request"]["status"], "accepted");
    let code = accepted["booking"]["confirmation_code"].as_str().unwrap();
    assert!(people.ok(&format!("bookings show {code}")).contains("pending payment"));
    assert!(people.ok("bookings list").contains(code));

    let countered = people.json(&format!(
        "requests counter {} --price *0.9 --valid 24h --hold --message \"For you\"",
        id(&second)
    ));
    assert_eq!(countered["request"]["status"], "counter_offered");
    assert_eq!(countered["request"]["price"], json!({"amount": "36.00", "currency": "EUR"}));
    let taken = people.as_tom(&format!("requests accept {}", id(&second)));
    assert_eq!(taken["request"]["status"], "accepted");

    // One seat is left: six do not fit, whatever the rules say.
    assert_eq!(people.exit_code(&format!("requests accept {}", id(&third))), 3);
    people.ok(&format!("requests message {} \"We are almost full.\"", id(&third)));
    let declined = people.json(&format!("requests decline {} --message Sorry", id(&third)));
    assert_eq!(declined["request"]["status"], "declined");
    assert_eq!(people.exit_code(&format!("requests decline {}", id(&third))), 3);
    assert_eq!(people.ok("requests list"), "No requests.\n");
    assert_eq!(people.json("requests list --all")["items"].as_array().unwrap().len(), 3);
}

#[test]
fn many_are_answered_at_once_each_on_its_own() {
    let people = People::meet();
    people.ok(
        "services create Tour --category activity --availability inventory --currency EUR --price 40.00",
    );
    people.ok("availability set Tour \"daily cap 2\"");
    let ids: Vec<String> =
        (0..3).map(|_| id(&people.as_tom("requests submit Tour +5 --party 1"))).collect();
    let bulk = format!("requests bulk accept {}", ids.join(" "));
    // Without a terminal nobody can be asked.
    assert_eq!(people.exit_code(&bulk), 2);
    let ran = people.provider.run(&words(&format!("{bulk} --yes")), "");
    assert_eq!(ran.exit_code(), 6);
    assert!(ran.printed().contains("slot taken"), "{}", ran.printed());
    assert!(ran.complaint().starts_with("2 of 3"), "{}", ran.complaint());
}

#[test]
fn availability_is_edited_as_a_plan_first() {
    let people = People::meet();
    people.ok("services create Flat --category accommodation --by-night --availability calendar --currency EUR --price 90.00");
    let before = people.ok("availability show Flat");
    let planned = people.ok("availability block Flat +14..+18 --dry-run");
    assert!(planned.contains("Closes:") && planned.ends_with("Not saved.\n"), "{planned}");
    assert_eq!(people.ok("availability show Flat"), before);

    people.ok("availability block Flat +14..+18");
    assert!(people.ok("availability show Flat").contains("closed"));
    let check = "availability check Flat +13 --end +16";
    let answer = people.ok(&format!("{check} --explain"));
    assert!(answer.starts_with("Not to be booked:") && answer.contains("blocked"), "{answer}");
    people.ok("availability open Flat +14..+18");
    assert!(people.ok(check).starts_with("Open"));

    people.ok("availability toggle Flat off");
    assert!(people.ok(check).contains("switched this off"));
    assert_eq!(people.exit_code("availability capacity Flat 3 --date 2030-07-14"), 3);
    assert_eq!(people.exit_code("availability set Flat \"every sometimes\""), 3);
}

#[test]
fn capacity_is_set_in_general_and_for_a_date() {
    let people = People::meet();
    people.ok("services create Tour --category activity --availability inventory --currency EUR --price 40.00");
    people.ok("availability set Tour \"every day 09:00 cap 4\"");
    people.ok("availability capacity Tour 6 --time 09:00");
    people.ok("availability capacity Tour 9 --time 09:00 --date +3");
    let days = people.json("availability days Tour --from +3 --to +4");
    let capacities: Vec<_> = days["days"]
        .as_array()
        .unwrap()
        .iter()
        .map(|day| day["slots"][0]["capacity"].clone())
        .collect();
    assert_eq!(capacities, [9, 6]);
    assert_eq!(people.exit_code("availability capacity Tour 6 --time 10:00"), 3);

    people.as_tom("requests submit Tour +3 --time 09:00 --party 1");
    let request = id(&people.json("requests list")["items"][0]);
    people.ok(&format!("requests accept {request}"));
    // A booking in the way is asked about, and without a terminal only --yes goes on.
    assert_eq!(people.exit_code("availability block Tour +3"), 2);
    people.ok("availability block Tour +3 --yes");
    assert!(people.ok("availability conflicts").contains("Tom (1)"));
}

#[test]
fn prices_are_written_quoted_and_charged_with_their_fee() {
    let people = People::meet();
    people.ok("services create Tour --category activity --availability toggle --pricing dynamic --currency EUR --price 100.00");
    let terms = people.ok("prices show Tour");
    let season = format!(
        "{}season \"High summer\" 2030-06-01 - 2030-08-31 x1.5\n",
        terms.split_once('\n').unwrap().1
    );
    let planned = people.provider.ok(&["prices", "set", "Tour", "--dry-run"], &season);
    assert!(planned.ends_with("Not saved.\n"), "{planned}");
    people.provider.ok(&["prices", "set", "Tour"], &season);
    let quote = people.ok("prices quote Tour 2030-07-14 --party 2");
    assert!(quote.contains("150.00 EUR") && quote.contains("You get"), "{quote}");
    let fee = people.ok("fees calculate 100 eur --category meal");
    assert!(fee.contains("5.00 EUR") && fee.contains("95.00 EUR"), "{fee}");
    assert_eq!(people.exit_code("fees list"), 4);
}

#[test]
fn an_administrator_sets_what_the_platform_keeps() {
    let home = Home::new();
    home.ok(&["register", "ada@example.com", "--name", "Ada", "--admin"], "a long enough one\n");
    let made = home.json(&[
        "fees",
        "create",
        "--category",
        "meal",
        "--percent",
        "4.5",
        "--priority",
        "20",
    ]);
    let fee = id(&made);
    assert!(home.ok(&["fees", "list"], "").contains("4.5 %"));
    home.ok(&["fees", "edit", &fee, "--percent", "4"], "");
    let calculated = home.json(&["fees", "calculate", "100", "EUR", "--category", "meal"]);
    assert_eq!(calculated["decision"]["platform_fee"]["amount"], "4.00");
    assert_eq!(home.run(&["fees", "create", "--percent", "101"], "").exit_code(), 3);
    let tried = home.json(&["fees", "simulate", &fee, "--percent", "6"]);
    assert_eq!(tried["rows"], json!([]));
    home.ok(&["fees", "simulate", &fee, "--off"], "");
    assert_eq!(home.run(&["fees", "simulate", "--percent", "101"], "").exit_code(), 3);
    assert!(home.ok(&["fees", "list"], "").contains("4 %"), "nothing was saved");
    home.ok(&["fees", "set", &fee, "--percent", "4", "--min", "1", "--currency", "EUR"], "");
    let bare = home.json(&["fees", "edit", &fee, "--no-min"]);
    assert_eq!(bare["min_fee"], Value::Null);
    assert_eq!(home.json(&["reports", "revenue"])["currencies"], json!([]));
    let entries = ["reports", "entries", "--month", "2026-06", "--category", "meal"];
    assert_eq!(home.json(&entries)["items"], json!([]));
    assert!(home.ok(&entries, "").contains("Nothing was sold or kept."));
    assert_eq!(home.run(&["reports", "entries", "--month", "June"], "").exit_code(), 2);
    assert!(home.ok(&["reports", "reconciliation"], "").contains("No differences."));
    assert_eq!(home.json(&["providers", "list"])["items"], json!([]));
}

#[test]
fn what_services_share_is_named_and_drawn_from() {
    let people = People::meet();
    people.ok("pools create \"the blue van\"");
    people.ok("services create Tour --category activity --availability toggle --currency EUR --price 40.00 --duration 120 --pool \"the blue van\"");
    people.ok("services edit Tour --description \"By the sea\"");
    assert!(people.ok("services show Tour").contains("  By the sea"));
    assert_eq!(people.exit_code("pools delete \"the blue van\" --yes"), 3);
    people.ok("services edit Tour --no-pools --listed false");
    people.ok("pools delete \"the blue van\" --yes");
    assert!(people.ok("services list").contains("not listed"));
    assert_eq!(people.as_tom("services list")["items"], json!([]));
}

#[test]
fn a_cart_is_filled_and_processed_item_by_item() {
    let people = People::meet();
    people.ok("services create \"Sunset tour\" --category activity --availability inventory --currency EUR --price 40.00");
    people.ok("availability set sunset \"every day 18:00 cap 6\" \"counts per person\"");

    assert_eq!(people.as_tom("cart show")["items"], json!([]));
    let nothing = people.tom("cart add zzz +10").complaint();
    assert!(nothing.starts_with("There is no service that \"zzz\" fits."), "{nothing}");
    people.as_tom("cart add sunset +10 --time 18:00 --party 2 --ask");
    people.as_tom("cart add sunset +11 --time 18:00 --party 7 --ask");
    let cart = people.as_tom("cart add sunset +12 --time 18:00 --party 1 --ask");
    assert_eq!(cart["items"].as_array().unwrap().len(), 3);
    let cart = people.as_tom("cart remove 3");
    assert_eq!(cart["items"].as_array().unwrap().len(), 2);
    assert_eq!(people.tom("cart remove 3").exit_code(), 3);
    // Without a terminal nobody can be asked.
    assert_eq!(people.tom("cart process").exit_code(), 2);

    let ran = people.tom("--json cart process --yes");
    assert_eq!(ran.exit_code(), 6, "{}", ran.complaint());
    let result: Value = serde_json::from_str(&ran.printed()).unwrap();
    assert_eq!(result["requests"].as_array().unwrap().len(), 1);
    assert_eq!(result["errors"][0]["position"], 1);
    // What did not go through is still there; the rest is not asked for twice.
    let left = people.as_tom("cart show");
    assert_eq!(left["items"].as_array().unwrap().len(), 1);
    assert_eq!(left["items"][0]["travelers"], 7);
    assert_eq!(people.tom("cart empty --yes").exit_code(), 0);
    assert_eq!(people.tom("cart process --yes").exit_code(), 3);
}

#[test]
fn a_booking_is_cancelled_at_the_quote_that_was_read() {
    let people = People::meet();
    people.ok("services create Tour --category activity --availability toggle --currency EUR --price 40.00");
    let request = id(&people.as_tom("requests submit Tour +20 --party 2"));
    let accepted = people.json(&format!("requests accept {request}"));
    let code = accepted["booking"]["confirmation_code"].as_str().unwrap().to_owned();

    let quote = people.as_tom(&format!("bookings cancel {code} --quote"));
    assert_eq!(quote["quote"]["refund"], json!({"amount": "0.00", "currency": "EUR"}));
    assert_eq!(quote["booking"], Value::Null);
    assert_eq!(people.tom(&format!("bookings cancel {code}")).exit_code(), 2);
    let bare = code.strip_prefix("TRV-").unwrap();
    assert!(people.ok(&format!("bookings show {bare}")).contains("pending payment"));

    let done = people.as_tom(&format!("bookings cancel {code} --yes --reason \"Rain\""));
    assert_eq!(done["booking"]["status"], "cancelled");
    assert!(people.ok(&format!("bookings show {code}")).contains("Rain"));
    assert_eq!(people.tom(&format!("bookings cancel {code} --yes")).exit_code(), 3);
    // Nothing waits to be paid any more, and no processor is needed to say so.
    let refused = people.tom(&format!("--json pay start {code}"));
    assert!([3, 5].contains(&refused.exit_code()), "{}", refused.complaint());
}

#[test]
fn what_was_earned_and_who_comes_is_printed_and_written() {
    let people = People::meet();
    assert!(people.ok("earnings").contains("Nothing has been earned yet."));
    assert_eq!(people.json("earnings --from today --to +7")["currencies"], json!([]));
    assert_eq!(people.json("payouts list"), json!([]));
    assert_eq!(people.json("earnings entries --week 2026-W24"), json!([]));
    assert_eq!(people.exit_code("earnings entries"), 2);
    assert_eq!(people.exit_code("earnings statement --month June"), 2);
    assert_eq!(people.tom("earnings").exit_code(), 4);

    let file = people.provider.0.path().join("statement.csv");
    let write = format!("earnings statement --month 2026-06 --out {}", file.display());
    assert!(people.ok(&write).contains(file.to_str().unwrap()), "it says where");
    assert!(std::fs::read_to_string(&file).unwrap().starts_with("date,time,what"));
    std::fs::write(&file, "mine").unwrap();
    assert_eq!(people.exit_code(&write), 3);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "mine");
    people.ok(&format!("{write} --force"));
    assert!(people.ok("earnings statement --month 2026-06").starts_with("date,time,what"));

    people.ok("services create Tour --category activity --availability toggle --currency EUR --price 40.00");
    people.ok("prices set Tour \"base 40 EUR\"");
    let request = id(&people.as_tom("requests submit Tour +20 --party 2 --message \"No stairs?\""));
    people.ok(&format!("requests accept {request}"));
    let page = people.ok("bookings manifest --date +20");
    for words in
        ["Blue Van\n", "[ ] ", "Tom ", "2 people, Tour", "They write: No stairs?", "not paid yet"]
    {
        assert!(page.contains(words), "{words}\n{page}");
    }
    let list = people.json("bookings manifest --date +20");
    assert_eq!(list["arrivals"][0]["traveler_name"], "Tom");
    assert!(people.ok("bookings manifest --date +21").contains("Nobody is booked."));
    let file = people.provider.0.path().join("day.txt");
    people.ok(&format!("bookings manifest --date +20 --out {}", file.display()));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), page);
}
