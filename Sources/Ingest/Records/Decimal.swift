/// Parses decimal numbers as in JSON: `-?(0|[1-9][0-9]*)(\.[0-9]+)?`. Only ``parse(_:)`` supports
/// exponents.
enum Decimal {
    /// The powers of ten that a `Double` represents exactly.
    private static let powers: [Double] = [
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
    ]

    /// Parses a number without exponent at `index`, and moves `index` after it.
    ///
    /// Returns `nil`, with `index` at any position, if this is not such a number or has more than
    /// 15 digits. Up to that length, the quotient of two exact numbers is the nearest `Double`, as
    /// with `strtod`.
    static func scan(_ bytes: UnsafeRawBufferPointer, at index: inout Int) -> Double? {
        let negative = index < bytes.count && bytes[index] == UInt8(ascii: "-")
        if negative { index += 1 }
        let start = index
        var mantissa = digits(bytes, at: &index, after: 0)
        let whole = index - start
        guard whole > 0, whole == 1 || bytes[start] != UInt8(ascii: "0") else { return nil }
        var places = 0
        if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
            index += 1
            let point = index
            mantissa = digits(bytes, at: &index, after: mantissa)
            places = index - point
            guard places > 0 else { return nil }
        }
        guard whole + places <= 15 else { return nil }
        let magnitude = Double(mantissa) / powers[places]
        return negative ? -magnitude : magnitude
    }

    /// Parses the bytes as one JSON number. Returns `nil` for anything else.
    static func parse(_ bytes: UnsafeRawBufferPointer) -> Double? {
        var index = 0
        if let plain = scan(bytes, at: &index), index == bytes.count { return plain }
        guard isNumber(bytes) else { return nil }
        guard let number = Double(String(decoding: bytes, as: UTF8.self)) else { return nil }
        return number.isFinite ? number : nil
    }

    /// Parses digits from `index`. Overflows beyond 19 digits, which the caller must count.
    private static func digits(
        _ bytes: UnsafeRawBufferPointer, at index: inout Int, after start: UInt64
    ) -> UInt64 {
        var value = start
        while index < bytes.count, case let digit = bytes[index] &- UInt8(ascii: "0"), digit < 10 {
            value = value &* 10 &+ UInt64(digit)
            index += 1
        }
        return value
    }

    private static func isNumber(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var rest = bytes[...]
        if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
        guard let first = rest.first, rest.dropDigits() > 0 else { return false }
        let whole = rest.startIndex - (bytes.first == UInt8(ascii: "-") ? 1 : 0)
        guard whole == 1 || first != UInt8(ascii: "0") else { return false }
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            guard rest.dropDigits() > 0 else { return false }
        }
        guard let mark = rest.first else { return true }
        guard mark | 0x20 == UInt8(ascii: "e") else { return false }
        rest = rest.dropFirst()
        if let sign = rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
            rest = rest.dropFirst()
        }
        return rest.dropDigits() > 0 && rest.isEmpty
    }
}

extension Slice<UnsafeRawBufferPointer> {
    /// Removes leading digits and returns their number.
    fileprivate mutating func dropDigits() -> Int {
        let rest = drop { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
        defer { self = rest }
        return rest.startIndex - startIndex
    }
}
