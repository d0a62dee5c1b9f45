//! The order in which a person expects names: `img2` before `img10`, capitals beside small letters.

use std::cmp::Ordering;

/// Compares two names; runs of digits count as numbers.
pub(super) fn natural(left: &str, right: &str) -> Ordering {
    let (mut l, mut r) = (left, right);
    loop {
        let (l_number, l_rest) = leading_digits(l);
        let (r_number, r_rest) = leading_digits(r);
        let order = if !l_number.is_empty() && !r_number.is_empty() {
            (l, r) = (l_rest, r_rest);
            // Without leading zeros the longer number is the larger one, however long both are.
            let (a, b) = (
                l_number.trim_start_matches('0'),
                r_number.trim_start_matches('0'),
            );
            a.len().cmp(&b.len()).then_with(|| a.cmp(b))
        } else {
            let (mut l_chars, mut r_chars) = (l.chars(), r.chars());
            match (l_chars.next(), r_chars.next()) {
                // Names that differ only in capitals or zeros still need one order.
                (None, None) => return left.cmp(right),
                (None, Some(_)) => return Ordering::Less,
                (Some(_), None) => return Ordering::Greater,
                (Some(a), Some(b)) => {
                    (l, r) = (l_chars.as_str(), r_chars.as_str());
                    a.to_lowercase().cmp(b.to_lowercase())
                }
            }
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

fn leading_digits(text: &str) -> (&str, &str) {
    let end = text
        .find(|character: char| !character.is_ascii_digit())
        .unwrap_or(text.len());
    text.split_at(end)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_in_names_are_numbers() {
        let mut names = ["img10.png", "IMG2.png", "img1.png", "img", "img02.png", "a"];
        names.sort_by(|a, b| natural(a, b));
        assert_eq!(
            names,
            ["a", "img", "img1.png", "IMG2.png", "img02.png", "img10.png"]
        );
    }

    proptest! {
        #[test]
        fn any_names_have_one_order(a in "[aA0-2é]{0,5}", b in "[aA0-2é]{0,5}", c in "[aA0-2é]{0,5}") {
            prop_assert_eq!(natural(&a, &b), natural(&b, &a).reverse());
            prop_assert_eq!(natural(&a, &b) == Ordering::Equal, a == b);
            if natural(&a, &b).is_le() && natural(&b, &c).is_le() {
                prop_assert!(natural(&a, &c).is_le());
            }
        }
    }
}
