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
