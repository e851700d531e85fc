//! The bounded way of frames from a loop that must not wait to a terminal that may be slow.
//!
//! One frame waits while another is written. There is no point in more: a frame that has waited
//! behind two others is out of date, so the loop draws when there is room and not before.

use tokio::sync::mpsc;

/// How many frames wait, beside the one that is being written.
const WAITING: usize = 1;

/// A queue for one terminal.
#[must_use]
pub fn frames() -> (FrameSink, FrameSource) {
    let (sender, receiver) = mpsc::channel(WAITING);
    (FrameSink(sender), FrameSource(receiver))
}

/// Where a link puts frames.
#[derive(Debug, Clone)]
pub struct FrameSink(mpsc::Sender<Vec<u8>>);

impl FrameSink {
    /// Whether the next [`offer`](Self::offer) would be taken.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.0.capacity() > 0 && !self.0.is_closed()
    }

    /// Hands over a frame; `false` when there is no room or nobody writes any more.
    #[must_use]
    pub fn offer(&self, frame: Vec<u8>) -> bool {
        self.0.try_send(frame).is_ok()
    }

    /// Waits for room. Returns at once, for good, when nobody writes any more: see
    /// [`closed`](Self::closed).
    pub async fn ready(&self) {
        // The permit is given back unused: whoever waits draws the newest state first.
        drop(self.0.reserve().await);
    }

    /// Waits until nobody writes any more.
    pub async fn closed(&self) {
        self.0.closed().await;
    }
}

/// Where whoever writes to the terminal takes frames from.
#[derive(Debug)]
pub struct FrameSource(mpsc::Receiver<Vec<u8>>);

impl FrameSource {
    /// The next frame; `None` when the link is over and all frames are taken.
    pub async fn next(&mut self) -> Option<Vec<u8>> {
        self.0.recv().await
    }

    /// As [`next`](Self::next), for a thread of its own.
    ///
    /// # Panics
    /// When called from async code.
    pub fn next_blocking(&mut self) -> Option<Vec<u8>> {
        self.0.blocking_recv()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_reader_that_stopped_costs_one_frame() {
        let (sink, mut source) = frames();
        assert!(sink.is_ready());
        assert!(sink.offer(vec![1]));
        assert!(!sink.is_ready());
        assert!(!sink.offer(vec![2]));
        assert_eq!(source.next().await, Some(vec![1]));
        sink.ready().await;
        assert!(sink.is_ready());
    }

    #[tokio::test]
    async fn a_writer_that_ended_is_noticed() {
        let (sink, source) = frames();
        drop(source);
        sink.closed().await;
        sink.ready().await;
        assert!(!sink.is_ready());
        assert!(!sink.offer(vec![1]));
    }
}
