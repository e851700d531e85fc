//! The cart that lasts, and what becomes of what is in it.

use traveloure_core::api::cart::{Cart, CartItem, CartResult, ProcessCart, SaveCart};

use super::{ApiError, Client, Key};

impl Client {
    /// The caller's cart; version 0 until something was put into it.
    ///
    /// # Errors
    /// `not_signed_in`.
    pub async fn cart(&self) -> Result<Cart, ApiError> {
        self.get("api/cart/").fetch().await
    }

    /// Saves all of the cart over the version that was read.
    ///
    /// # Errors
    /// `version_mismatch`, `invalid`.
    pub async fn save_cart(&self, items: Vec<CartItem>, version: i64) -> Result<Cart, ApiError> {
        self.put("api/cart/").json(&SaveCart { items }).if_match(version).fetch().await
    }

    /// # Errors
    /// `not_signed_in`.
    pub async fn empty_cart(&self) -> Result<(), ApiError> {
        self.delete("api/cart/").finish().await
    }

    /// Books, asks for, links and hands over `items`. What is wrong with one of them is in the
    /// answer and costs the others nothing. The saved cart stays as it is.
    ///
    /// # Errors
    /// `invalid`, `still_running`, `role_required`.
    pub async fn process_cart(
        &self,
        items: Vec<CartItem>,
        key: &Key,
    ) -> Result<CartResult, ApiError> {
        self.post("api/bookings/process-cart/").json(&ProcessCart { items }).key(key).fetch().await
    }
}
