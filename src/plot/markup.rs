//! Text inside XML and HTML.

/// Text between tags.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Text inside a quoted attribute.
pub fn attribute(text: &str) -> String {
    escape(text).replace('"', "&quot;")
}
