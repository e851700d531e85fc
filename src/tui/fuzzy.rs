//! Finding a name by some of its letters in their order.

/// How well `pattern` fits `text`; higher is better, none is not at all. Case does not count.
/// Letters at the beginning of words and next to each other count more, and a shorter text wins.
#[must_use]
pub fn score(pattern: &str, text: &str) -> Option<i32> {
    let letters: Vec<char> = text.chars().flat_map(char::to_lowercase).collect();
    let mut total = 0;
    let mut from = 0;
    let mut last = None;
    for wanted in pattern.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase) {
        let at = next(&letters, from, wanted, last)?;
        let begins_word = at == 0 || !letters[at - 1].is_alphanumeric();
        let follows = last.is_some_and(|last| last + 1 == at);
        total += 1 + if begins_word { 8 } else { 0 } + if follows { 5 } else { 0 };
        last = Some(at);
        from = at + 1;
    }
    let length = i32::try_from(letters.len()).unwrap_or(i32::MAX);
    Some(total * 16 - length.min(100))
}

/// Where `wanted` stands from `from` on: right behind the last one, else at the beginning of a
/// word, else anywhere.
fn next(letters: &[char], from: usize, wanted: char, last: Option<usize>) -> Option<usize> {
    let fits = |at: &usize| letters[*at] == wanted;
    if last.is_some() && from < letters.len() && fits(&from) {
        return Some(from);
    }
    let begins_word = |at: &usize| *at == 0 || !letters[*at - 1].is_alphanumeric();
    let anywhere = (from..letters.len()).find(fits)?;
    Some((from..letters.len()).filter(fits).find(begins_word).unwrap_or(anywhere))
}

/// The `most` best of `texts` for `pattern`, the best first; equals stay in their order.
#[must_use]
pub fn best<'a>(pattern: &str, texts: impl Iterator<Item = &'a str>, most: usize) -> Vec<usize> {
    let mut scored: Vec<(i32, usize)> = texts
        .enumerate()
        .filter_map(|(index, text)| Some((score(pattern, text)?, index)))
        .collect();
    if !pattern.trim().is_empty() {
        scored.sort_by_key(|(score, index)| (std::cmp::Reverse(*score), *index));
    }
    scored.into_iter().take(most).map(|(_, index)| index).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_in_order_are_enough() {
        assert!(score("acc", "accept").is_some());
        assert!(score("tb", "take back").is_some());
        assert!(score("bt", "take back").is_none());
        assert!(score("", "anything").is_some());
    }

    #[test]
    fn words_and_runs_win() {
        let names = ["to answer", "accept", "Africa/Lisbon", "Europe/Lisbon", "take back"];
        assert_eq!(best("tb", names.into_iter(), 9), [4]);
        assert_eq!(best("eulis", names.into_iter(), 1), [3]);
        assert_eq!(best("", names.into_iter(), 2), [0, 1]);
    }
}
