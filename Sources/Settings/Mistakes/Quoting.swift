import ControlCharacters

/// A value of the file in single quotes, made safe for a terminal and cut after 80 characters.
///
/// The user and password of a URL are left out, wherever one was written.
func quoted(_ value: String) -> String {
    let value = value.replacing(/:\/\/.*@/, with: "://…@")
    let shown = value.count > 80 ? value.prefix(80) + "…" : value[...]
    return "'" + shown.unicodeScalars.map(visible).joined() + "'"
}

/// A control character, or one that turns the direction of writing, as `\u{1B}`; others as they are.
private func visible(_ scalar: Unicode.Scalar) -> String {
    guard scalar.isInvisible else { return String(scalar) }
    return "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
}
