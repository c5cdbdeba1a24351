/// Formats numbers for people. A no-break space joins a number and its unit.
package enum NumberFormat {
    /// Returns the number with thousands separators: `48,211`.
    package static func grouped(_ number: Int) -> String {
        // The longest number has 19 digits and 6 commas. Reports have hundreds of numbers.
        let text = String(unsafeUninitializedCapacity: 32) { buffer in
            var (count, rest) = (0, number.magnitude)
            repeat {
                if count % 4 == 3 {
                    buffer[count] = UInt8(ascii: ",")
                    count += 1
                }
                buffer[count] = UInt8(ascii: "0") + UInt8(rest % 10)
                count += 1
                rest /= 10
            } while rest > 0
            buffer[0..<count].reverse()
            return count
        }
        return number < 0 ? "−" + text : text
    }

    /// Returns a fixed-point number with a plus or minus sign: `+120`, `−8`. Trailing zeros after the
    /// decimal point are left out: −50 with two places is `−0.5`.
    static func signed(_ units: Int, places: Int = 0) -> String {
        var text = units > 0 ? "+" : ""
        guard places > 0 else { return text + grouped(units) }
        text += decimal(units, places: places)
        while text.last == "0" { text.removeLast() }
        if text.last == "." { text.removeLast() }
        return text
    }

    /// Returns `1 callback` or `2 callbacks`.
    package static func count(_ number: Int, _ one: String, _ many: String) -> String {
        "\(grouped(number)) \(number == 1 ? one : many)"
    }

    static func callbacks(_ number: Int) -> String { count(number, "callback", "callbacks") }

    /// Returns a rate from 0 to 1 as a percentage with two decimal places: `97.56 %`.
    ///
    /// Only 1 is shown as 100 %, and only 0 as 0 %, because one failure in a million must remain
    /// visible.
    package static func rate(_ share: Double) -> String {
        guard share < 1 else { return "100\u{A0}%" }
        guard share > 0 else { return "0\u{A0}%" }
        let hundredths = min(max(Int((share * 10_000).rounded()), 1), 9_999)
        return "\(decimal(hundredths, places: 2))\u{A0}%"
    }

    /// Returns a whole percentage, or `under 1 %` or `over 99 %` if it would be rounded to 0 or 100.
    static func share(_ part: Int, of whole: Int) -> String {
        guard whole > 0, part > 0 else { return "0\u{A0}%" }
        let percent = Int((Double(part) / Double(whole) * 100).rounded())
        if percent == 0 { return "under 1\u{A0}%" }
        return percent == 100 && part < whole ? "over 99\u{A0}%" : "\(percent)\u{A0}%"
    }

    /// Returns a fixed-point number as a decimal: 975 with two places is `9.75`.
    static func decimal(_ units: Int, places: Int) -> String {
        let scale = (0..<places).reduce(1) { scale, _ in scale * 10 }
        let fraction = String(units.magnitude % UInt(scale))
        let zeros = String(repeating: "0", count: places - fraction.count)
        let whole = grouped(Int(units.magnitude / UInt(scale)))
        return (units < 0 ? "−" : "") + "\(whole).\(zeros)\(fraction)"
    }
}

/// Formats durations with at most two units, joined by no-break spaces.
package enum DurationFormat {
    private static let units = [("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1)]

    /// Returns `3 d 4 h` or `12 min`, rounded down, or `0 s` for less than a second.
    static func span(milliseconds: Int64) -> String {
        let seconds = Int(max(0, milliseconds) / 1000)
        guard let first = units.firstIndex(where: { seconds >= $0.1 }) else { return "0\u{A0}s" }
        let (name, size) = units[first]
        let whole = "\(NumberFormat.grouped(seconds / size))\u{A0}\(name)"
        guard first + 1 < units.count else { return whole }
        let (smallerName, smallerSize) = units[first + 1]
        let rest = seconds % size / smallerSize
        return rest == 0 ? whole : "\(whole)\u{A0}\(rest)\u{A0}\(smallerName)"
    }

    /// Returns `120 ms`, `2.1 s` or `1 min 5 s`.
    package static func latency(milliseconds: Int) -> String {
        switch milliseconds {
        case ..<1_000: "\(milliseconds)\u{A0}ms"
        case ..<60_000: "\(NumberFormat.decimal(milliseconds / 100, places: 1))\u{A0}s"
        default: span(milliseconds: Int64(milliseconds))
        }
    }
}
