/// Keys and unquoted values.
extension JSON5Parser {
    mutating func key() throws(JSON5SyntaxError) -> String {
        let start = cursor.position
        if cursor.next == "\"" || cursor.next == "'" { return try string() }
        guard let next = cursor.next, isLetter(next) else {
            throw cursor.fault(unexpected: "a key")
        }
        cursor.skip { isLetter($0) || isDigit($0) }
        return cursor.spelling(from: start, to: cursor.position)
    }

    /// Parses `true`, `false`, `null` or a number.
    mutating func word() throws(JSON5SyntaxError) -> JSON5Value {
        let start = cursor.position
        cursor.skip { isLetter($0) || isDigit($0) || ["+", "-", "."].contains($0) }
        guard cursor.position > start else { throw cursor.fault(unexpected: "a value") }
        let word = cursor.spelling(from: start, to: cursor.position)
        switch word {
        case "true": return .boolean(true)
        case "false": return .boolean(false)
        case "null": return .null
        default:
            guard let number = number(word) else { throw cursor.fault(.notAValue, at: start) }
            return number
        }
    }
}

private func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "_", "$": true
    default: !scalar.isASCII && scalar.properties.isAlphabetic
    }
}

private func isDigit(_ scalar: Unicode.Scalar) -> Bool {
    ("0"..."9").contains(scalar)
}

// MARK: - Numbers

/// Returns nil if the word is not a number.
private func number(_ word: String) -> JSON5Value? {
    if let integer = hexadecimal(word) { return integer }
    let magnitude = word.hasPrefix("+") || word.hasPrefix("-") ? word.dropFirst() : word[...]
    guard isDecimal(magnitude.utf8) || ["Infinity", "NaN"].contains(magnitude) else { return nil }
    if let integer = Int(word) { return .integer(integer) }
    return Double(word).flatMap(Int.init(exactly:)).map { .integer($0) } ?? .number(word)
}

private func hexadecimal(_ word: String) -> JSON5Value? {
    let isNegative = word.hasPrefix("-")
    let magnitude = isNegative || word.hasPrefix("+") ? word.dropFirst() : word[...]
    guard magnitude.lowercased().hasPrefix("0x") else { return nil }
    let digits = magnitude.dropFirst(2)
    guard digits.first?.isHexDigit == true else { return nil }
    if let integer = Int((isNegative ? "-" : "") + digits, radix: 16) { return .integer(integer) }
    return digits.allSatisfy(\.isHexDigit) ? .number(word) : nil
}

/// Digits with an optional decimal point and exponent, without leading zeros.
private func isDecimal(_ text: Substring.UTF8View) -> Bool {
    var rest = text
    let hasZero = rest.first == UInt8(ascii: "0")
    let whole = skipDigits(&rest)
    var fraction = 0
    if rest.first == UInt8(ascii: ".") {
        rest.removeFirst()
        fraction = skipDigits(&rest)
    }
    guard whole + fraction > 0, !hasZero || whole == 1 else { return false }
    return rest.isEmpty || isExponent(rest)
}

private func isExponent(_ text: Substring.UTF8View) -> Bool {
    guard text.first == UInt8(ascii: "e") || text.first == UInt8(ascii: "E") else { return false }
    var rest = text.dropFirst()
    if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest.removeFirst() }
    return skipDigits(&rest) > 0 && rest.isEmpty
}

/// Skips digits and returns their count.
private func skipDigits(_ text: inout Substring.UTF8View) -> Int {
    let count = text.prefix { (0x30...0x39).contains($0) }.count
    text.removeFirst(count)
    return count
}
