/// Numbers as people read them; a no-break space holds a unit to its number.
package enum NumberFormat {
    /// With a comma before every third digit: `48,211`.
    package static func grouped(_ number: Int) -> String {
        var result = number < 0 ? "−" : ""
        var digits = String(number.magnitude)[...]
        while !digits.isEmpty {
            let size = (digits.utf8.count - 1) % 3 + 1
            result += digits.prefix(size)
            digits = digits.dropFirst(size)
            if !digits.isEmpty { result += "," }
        }
        return result
    }

    /// With a plus or minus sign: `+120`, `−8`.
    static func signed(_ number: Int) -> String {
        number > 0 ? "+" + grouped(number) : grouped(number)
    }

    /// `1 callback`, `2 callbacks`.
    package static func count(_ number: Int, _ one: String, _ many: String) -> String {
        "\(grouped(number)) \(number == 1 ? one : many)"
    }

    static func callbacks(_ number: Int) -> String { count(number, "callback", "callbacks") }

    /// A share from 0 to 1 in percent with two digits: `97.56 %`.
    ///
    /// Only all is 100 % and only nothing is 0 %: one failed of a million must not vanish.
    package static func rate(_ share: Double) -> String {
        guard share < 1 else { return "100\u{A0}%" }
        guard share > 0 else { return "0\u{A0}%" }
        let hundredths = min(max(Int((share * 10_000).rounded()), 1), 9_999)
        return "\(decimal(hundredths, places: 2))\u{A0}%"
    }

    /// A share from 0 to 1 in whole percent; `under 1 %` where that would be nothing.
    static func share(_ part: Int, of whole: Int) -> String {
        guard whole > 0, part > 0 else { return "0\u{A0}%" }
        let percent = Int((Double(part) / Double(whole) * 100).rounded())
        return percent == 0 ? "under 1\u{A0}%" : "\(percent)\u{A0}%"
    }

    /// A number of hundredths, tenths or the like: 975 with two places is `9.75`.
    static func decimal(_ units: Int, places: Int) -> String {
        let scale = (0..<places).reduce(1) { scale, _ in scale * 10 }
        let fraction = String(units.magnitude % UInt(scale))
        let zeros = String(repeating: "0", count: places - fraction.count)
        let whole = grouped(Int(units.magnitude / UInt(scale)))
        return (units < 0 ? "−" : "") + "\(whole).\(zeros)\(fraction)"
    }
}
