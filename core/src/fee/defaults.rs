//! The fees a new installation begins with.

use rust_decimal::Decimal;

use crate::category::Category;

/// A rule of a new installation: a percentage, without limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DefaultFee {
    /// None is the global rule.
    pub category: Option<Category>,
    /// In percent of the service amount.
    pub percentage: Decimal,
    pub priority: i32,
}

/// The plan's "default platform fees".
pub const DEFAULT_FEES: [DefaultFee; 5] = [
    DefaultFee { category: None, percentage: tenths(150), priority: 0 },
    DefaultFee { category: Some(Category::Accommodation), percentage: tenths(75), priority: 10 },
    DefaultFee { category: Some(Category::Activity), percentage: tenths(150), priority: 10 },
    DefaultFee { category: Some(Category::Meal), percentage: tenths(50), priority: 10 },
    DefaultFee { category: Some(Category::Transport), percentage: tenths(100), priority: 10 },
];

/// What a category costs by [`DEFAULT_FEES`], in percent.
#[must_use]
pub const fn default_percentage(category: Category) -> Decimal {
    match category {
        Category::Accommodation => DEFAULT_FEES[1].percentage,
        Category::Activity => DEFAULT_FEES[2].percentage,
        Category::Meal => DEFAULT_FEES[3].percentage,
        Category::Transport => DEFAULT_FEES[4].percentage,
    }
}

const fn tenths(of_a_percent: u32) -> Decimal {
    Decimal::from_parts(of_a_percent, 0, 0, false, 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_category_finds_its_own_default() {
        for category in Category::ALL {
            let listed = DEFAULT_FEES.iter().find(|fee| fee.category == Some(category)).unwrap();
            assert_eq!(default_percentage(category), listed.percentage);
        }
        assert_eq!(default_percentage(Category::Accommodation), "7.5".parse().unwrap());
    }
}
