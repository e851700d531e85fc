//! Parameters as Stripe takes them: a form whose names carry the structure in brackets.

use std::fmt::{Display, Write as _};

use url::form_urlencoded;

use crate::app::gateway::{GatewayError, Metadata};

/// The parameters of a call; in the body of a change, in the address of a question.
#[derive(Debug, Default)]
pub(super) struct Form {
    fields: Vec<(String, String)>,
}

impl Form {
    /// `name` as it is sent, brackets included: `payment_intent_data[transfer_group]`.
    pub(super) fn with(mut self, name: impl Into<String>, value: impl Display) -> Self {
        self.fields.push((name.into(), value.to_string()));
        self
    }

    /// Nothing, if there is no value: an empty one would unset what Stripe holds.
    pub(super) fn with_some(self, name: impl Into<String>, value: Option<impl Display>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// `name[0]`, `name[1]`, …
    pub(super) fn with_each(
        self,
        name: &str,
        values: impl IntoIterator<Item = impl Display>,
    ) -> Self {
        values
            .into_iter()
            .enumerate()
            .fold(self, |form, (index, value)| form.with(format!("{name}[{index}]"), value))
    }

    /// `name[key]` for every entry.
    ///
    /// # Errors
    /// [`GatewayError::Refused`] for a key with brackets, which would be another structure.
    pub(super) fn with_metadata(
        mut self,
        name: &str,
        metadata: &Metadata,
    ) -> Result<Self, GatewayError> {
        for (key, value) in metadata {
            if key.is_empty() || key.contains(['[', ']']) {
                return Err(GatewayError::Refused {
                    code: "metadata_key_invalid".to_owned(),
                    message: "A name in the metadata is empty or has brackets.".to_owned(),
                });
            }
            self = self.with(format!("{name}[{key}]"), value);
        }
        Ok(self)
    }

    /// `application/x-www-form-urlencoded`.
    pub(super) fn encoded(&self) -> String {
        form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.fields).finish()
    }
}

/// The path of an object, `v1/refunds/re_1`, from constant words and ids.
///
/// # Errors
/// [`GatewayError::Refused`] for an id that is none of Stripe's: it would lead to another resource.
pub(super) fn path(collection: &str, id: &str, rest: &str) -> Result<String, GatewayError> {
    let is_id = !id.is_empty()
        && id.len() <= 255
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if !is_id {
        return Err(GatewayError::Refused {
            code: "id_invalid".to_owned(),
            message: format!("{id:.40?} is not an id of the payment processor's."),
        });
    }
    let mut path = format!("v1/{collection}/{id}");
    if !rest.is_empty() {
        // Writing to a text cannot fail.
        let _ = write!(path, "/{rest}");
    }
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn structure_is_in_the_names() {
        let metadata = Metadata::from([("checkout".to_owned(), "a&b=ü".to_owned())]);
        let form = Form::default()
            .with("line_items[0][price_data][product_data][name]", "Boat + lunch")
            .with_some("transfer_group", None::<&str>)
            .with_some("customer", Some("cus_1"))
            .with_each("expand", ["payment_method", "latest_charge"])
            .with_metadata("payment_intent_data[metadata]", &metadata)
            .unwrap();
        assert_eq!(
            form.encoded(),
            "line_items%5B0%5D%5Bprice_data%5D%5Bproduct_data%5D%5Bname%5D=Boat+%2B+lunch\
             &customer=cus_1\
             &expand%5B0%5D=payment_method&expand%5B1%5D=latest_charge\
             &payment_intent_data%5Bmetadata%5D%5Bcheckout%5D=a%26b%3D%C3%BC"
        );
    }

    #[test]
    fn a_name_cannot_become_structure() {
        for key in ["a][b", "a[0]", ""] {
            let metadata = Metadata::from([(key.to_owned(), "x".to_owned())]);
            let refused = Form::default().with_metadata("metadata", &metadata).unwrap_err();
            assert!(matches!(refused, GatewayError::Refused { .. }), "{refused:?}");
        }
    }

    #[test]
    fn an_id_cannot_become_another_path() {
        assert_eq!(path("refunds", "re_1aB", "").unwrap(), "v1/refunds/re_1aB");
        assert_eq!(
            path("checkout/sessions", "cs_test_1", "expire").unwrap(),
            "v1/checkout/sessions/cs_test_1/expire"
        );
        let long = "x".repeat(256);
        for id in ["", "..", "re_1/../accounts", "re 1", "re_1?expand=x", "%2e", "é", &long] {
            assert!(matches!(path("refunds", id, ""), Err(GatewayError::Refused { .. })), "{id}");
        }
    }
}
