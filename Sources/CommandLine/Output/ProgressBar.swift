/// A progress bar for long operations, on one line of standard error.
///
/// It is shown only on terminals, and only after a tenth of a second, so that short operations do
/// not flicker.
package final class ProgressBar {
    /// The unit of progress.
    package enum Unit: Sendable {
        case bytes
        case records

        func text(_ count: Int) -> String {
            self == .bytes ? Size.text(count) : "\(count) records"
        }
    }

    private let unit: Unit
    private let label: String
    private let total: Int?
    private let console: Console
    private let clock: () -> Duration
    private let start: Duration
    private var lastDrawn: Duration

    /// Creates a progress bar.
    ///
    /// - Parameters:
    ///   - label: The text before the bar.
    ///   - total: The amount of work, or nil if it is unknown.
    ///   - unit: The unit of `total`.
    ///   - console: The console that shows the bar.
    ///   - clock: Returns the time since an arbitrary fixed point.
    package init(
        _ label: String, total: Int?, of unit: Unit = .bytes, on console: Console,
        clock: @escaping () -> Duration
    ) {
        self.unit = unit
        self.label = label.withVisibleControls
        self.total = total
        self.console = console
        self.clock = clock
        start = clock()
        lastDrawn = start
    }

    /// Redraws the bar, at most ten times per second.
    ///
    /// - Parameter done: The amount of work done, in the unit of the bar.
    package func update(done: Int) {
        guard console.showsTransientLines else { return }
        let now = clock()
        guard now - lastDrawn >= .milliseconds(100) else { return }
        lastDrawn = now
        let seconds = (now - start) / .seconds(1)
        console.showTransientLine { line(done: done, seconds: seconds, columns: $0) }
    }

    /// Removes the bar from the terminal.
    package func finish() {
        console.clearTransientLine()
    }

    private func line(done: Int, seconds: Double, columns: Int) -> String {
        let rate = Double(done) / seconds
        guard let total, total > 0 else {
            return clip("\(label)  \(unit.text(done))  \(unit.text(Int(rate)))/s", columns)
        }
        let part = min(1, Double(done) / Double(total))
        let left = rate > 0 ? Double(max(0, total - done)) / rate : nil
        let figures =
            "\(Int(part * 100)) %  \(unit.text(done)) of \(unit.text(total))"
            + "  \(unit.text(Int(rate)))/s" + (left.map { "  \(Self.clockTime($0)) left" } ?? "")
        let room = columns - 1 - label.count - figures.count - 6
        let bar = room < 8 ? "" : "[\(Self.bar(part, width: min(room, 40)))]  "
        return clip("\(label)  \(bar)\(figures)", columns)
    }

    private static func bar(_ part: Double, width: Int) -> String {
        let filled = Int(part * Double(width))
        return String(repeating: "#", count: filled)
            + String(repeating: ".", count: width - filled)
    }

    private static func clockTime(_ seconds: Double) -> String {
        let whole = Int(min(seconds, 359_999).rounded(.up))
        let (hours, minutes) = (whole / 3600, whole / 60 % 60)
        let rest = two(whole % 60)
        return hours > 0 ? "\(hours):\(two(minutes)):\(rest)" : "\(minutes):\(rest)"
    }

    private static func two(_ number: Int) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }

    private func clip(_ line: String, _ columns: Int) -> String {
        String(line.prefix(columns - 1))
    }
}

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
