-- A refund that could not go back to its card, and that somebody paid in another way: who says so, what finds that payment,
-- and what there is to say about it. Such a row follows the refund that failed.
ALTER TABLE refunds
    ADD COLUMN given_back_by uuid REFERENCES users,
    ADD COLUMN given_back_reference varchar(200),
    ADD COLUMN given_back_note varchar(500),
    ADD CONSTRAINT refunds_given_back CHECK (
        num_nulls(given_back_by, given_back_reference, given_back_note) IN (0, 3)
        AND (given_back_by IS NULL OR (status = 'succeeded' AND follows IS NOT NULL AND refund_id IS NULL))
    );
