//! The text format of Prometheus, version 0.0.4.

use std::{fmt::Write, time::Duration};

/// Metrics being written.
#[derive(Debug, Default)]
pub(super) struct Text(String);

/// What kind of number a metric is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    /// It only grows.
    Counter,
    Gauge,
}

impl Text {
    /// Begins a metric; its samples follow.
    pub(super) fn metric(&mut self, name: &str, kind: Kind, help: &str) {
        let kind = match kind {
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
        };
        self.line(format_args!("# HELP {name} {help}"));
        self.line(format_args!("# TYPE {name} {kind}"));
    }

    /// One number.
    pub(super) fn sample(&mut self, name: &str, labels: &[(&str, &str)], value: u64) {
        self.write(name, labels, &value.to_string());
    }

    /// One span of time, in seconds.
    pub(super) fn seconds(&mut self, name: &str, labels: &[(&str, &str)], value: Duration) {
        self.write(name, labels, &format!("{}.{:06}", value.as_secs(), value.subsec_micros()));
    }

    pub(super) fn finish(self) -> String {
        self.0
    }

    fn write(&mut self, name: &str, labels: &[(&str, &str)], value: &str) {
        let labels: Vec<String> =
            labels.iter().map(|(name, value)| format!("{name}=\"{}\"", escape(value))).collect();
        if labels.is_empty() {
            self.line(format_args!("{name} {value}"));
        } else {
            self.line(format_args!("{name}{{{}}} {value}", labels.join(",")));
        }
    }

    fn line(&mut self, line: std::fmt::Arguments<'_>) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.0, "{line}");
    }
}

fn escape(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_written_with_their_labels() {
        let mut text = Text::default();
        text.metric("x_total", Kind::Counter, "How many.");
        text.sample("x_total", &[("route", "/a\"b/"), ("status", "200")], 3);
        text.seconds("y_seconds", &[], Duration::from_micros(1_000_250));
        assert_eq!(
            text.finish(),
            "# HELP x_total How many.\n# TYPE x_total counter\n\
             x_total{route=\"/a\\\"b/\",status=\"200\"} 3\ny_seconds 1.000250\n"
        );
    }
}
