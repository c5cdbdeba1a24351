import DeliveryLog
import Reporting

/// The difference between a figure and the figure it is compared with, as text.
struct Change: Hashable {
    var text: String
    var direction: Direction
    var verdict: Verdict

    enum Direction {
        case up
        case down
        case none

        init(_ difference: Int) {
            self = difference == 0 ? .none : difference > 0 ? .up : .down
        }
    }

    enum Verdict {
        case better
        case worse
        case neutral
    }

    /// Whether growth of a figure is good or bad.
    enum Meaning {
        case good
        case bad
        case none

        func verdict(_ direction: Direction) -> Verdict {
            switch (self, direction) {
            case (.none, _), (_, .none): .neutral
            case (.good, .up), (.bad, .down): .better
            case (.good, .down), (.bad, .up): .worse
            }
        }
    }

    /// Creates `+120 (+8 %)`, or the text `unchanged` if the difference rounds to zero.
    ///
    /// The difference from a small average has up to two decimal places, because whole numbers
    /// would contradict the percentage: `−0.5 (−100 %)`.
    init(from before: Double, to now: Int, growthIs meaning: Meaning, unchanged: String) {
        let difference = Double(now) - before
        let places = before < Self.smallAverage ? 2 : 0
        let units = Int((difference * (places == 0 ? 1 : 100)).rounded())
        direction = Direction(units)
        verdict = meaning.verdict(direction)
        text = unchanged
        guard units != 0 else { return }
        let relative = Self.relative(difference, to: before)
        text = "\(NumberFormat.signed(units, places: places)) (\(relative))"
    }

    /// Averages below this are compared with decimal places.
    private static let smallAverage = 10.0

    /// Creates `−0.80 points`. Rates are from 0 to 1.
    init(fromRate before: Double, toRate now: Double, unchanged: String) {
        let hundredths = Int(((now - before) * 10_000).rounded())
        direction = Direction(hundredths)
        verdict = Meaning.good.verdict(direction)
        text = unchanged
        guard hundredths != 0 else { return }
        let plus = hundredths > 0 ? "+" : ""
        text = "\(plus)\(NumberFormat.decimal(hundredths, places: 2)) points"
    }

    /// Returns `+0.8 %` or `+44 %`, or `11 times` instead of percentages in the thousands.
    private static func relative(_ difference: Double, to before: Double) -> String {
        guard before > 0 else { return "from\u{A0}0" }
        let share = difference / before
        guard share < 9 else { return "\(NumberFormat.grouped(Int((share + 1).rounded()))) times" }
        let tenths = Int((share * 1000).rounded())
        let plus = share > 0 ? "+" : ""
        guard tenths != 0 else { return share > 0 ? "under +0.1\u{A0}%" : "under −0.1\u{A0}%" }
        guard abs(tenths) >= 100 else {
            return "\(plus)\(NumberFormat.decimal(tenths, places: 1))\u{A0}%"
        }
        return "\(plus)\(NumberFormat.grouped(Int((share * 100).rounded())))\u{A0}%"
    }
}
