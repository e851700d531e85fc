//! A bar for an amount among others: long where there is much. What is read aloud gets the figure that
//! the bar stands for.

use rust_decimal::{Decimal, prelude::ToPrimitive};

use crate::tui::theme::Look;

/// The bar of `amount` in `width` columns, of which `most` takes all; as percent of `most` where nothing
/// is drawn. Nothing for nothing, and for what is below it.
#[must_use]
pub fn bar(amount: Decimal, most: Decimal, width: u16, look: &Look) -> String {
    if look.plain && amount > Decimal::ZERO && most > Decimal::ZERO {
        return format!("{} %", (share(amount, most) * Decimal::ONE_HUNDRED).round());
    }
    drawn(amount, most, width, look.symbols.filled)
}

/// The same, drawn with `cell` whoever looks on.
#[must_use]
pub fn drawn(amount: Decimal, most: Decimal, width: u16, cell: &str) -> String {
    if amount <= Decimal::ZERO || most <= Decimal::ZERO {
        return String::new();
    }
    // Whatever was earned is seen.
    let cells = (share(amount, most) * Decimal::from(width)).round().to_usize().unwrap_or(0).max(1);
    cell.repeat(cells.min(width.into()))
}

fn share(amount: Decimal, most: Decimal) -> Decimal {
    (amount / most).min(Decimal::ONE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::theme::Tone;

    #[test]
    fn the_longest_fills_the_room_and_little_is_seen() {
        let look = Look::new(Tone::Mono, false);
        let bar = |amount: i64| bar(amount.into(), 200.into(), 10, &look);
        assert_eq!([200, 100, 1, 0, -5].map(bar), ["██████████", "█████", "█", "", ""]);
        assert_eq!(super::bar(5.into(), 0.into(), 10, &look), "");
    }

    #[test]
    fn read_aloud_it_is_a_figure() {
        let look = Look::new(Tone::Mono, true);
        assert_eq!(bar(50.into(), 200.into(), 10, &look), "25 %");
        assert_eq!(bar(0.into(), 200.into(), 10, &look), "");
    }
}
