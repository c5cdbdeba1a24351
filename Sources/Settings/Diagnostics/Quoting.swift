import ControlCharacters

/// Returns a value in single quotes, escaped for terminals and truncated after 80 characters.
///
/// The user name and password of URLs are removed.
func quoted(_ value: String) -> String {
    let value = value.replacing(/:\/\/.*@/, with: "://…@")
    let shown = value.count > 80 ? value.prefix(80) + "…" : value[...]
    return "'" + shown.unicodeScalars.map(visible).joined() + "'"
}

/// Returns control characters and bidirectional marks as `\u{1B}`, and other scalars unchanged.
private func visible(_ scalar: Unicode.Scalar) -> String {
    guard scalar.isInvisible else { return String(scalar) }
    return "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
}
