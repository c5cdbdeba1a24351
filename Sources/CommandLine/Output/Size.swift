/// Formats byte counts for people.
enum Size {
    /// Returns a byte count with a decimal unit and one decimal place: `45.3 MB`.
    static func text(_ bytes: Int) -> String {
        guard bytes >= 1000 else { return "\(bytes) B" }
        var tenths = Double(bytes) / 100
        var unit = 0
        while tenths.rounded() >= 10_000, unit < units.count - 1 {
            tenths /= 1000
            unit += 1
        }
        let whole = Int(tenths.rounded())
        return "\(whole / 10).\(whole % 10) \(units[unit])"
    }

    private static let units = ["kB", "MB", "GB", "TB"]
}
