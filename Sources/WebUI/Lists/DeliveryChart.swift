import API
import CivilTime
import DeliveryLog
import Rendering
import Storage
import Templates

/// The callbacks of a profile by day, in the company's time zone.
struct DeliveryChart {
    private static let days = 14
    private let days: [(label: String, tally: Tally)]

    init(_ desk: PageController) throws {
        let now = desk.operations.now
        let today = desk.zone.civil(now).date
        let starts = (0...Self.days).map { day in
            let date = today.adding(days: day - Self.days + 1)
            return desk.zone.instant(
                of: CivilDateTime(date: date, time: TimeOfDay(hour: 0, minute: 0)))
        }
        // A day that a time zone skips has length zero.
        let periods = zip(starts, starts.dropFirst())
            .map { Period(start: $0, end: max($0, $1)) }
        let tallies = try desk.operations.stores.log.tallies(
            company: desk.operations.company, profile: desk.pageRequest.subject, in: periods)
        days = zip(periods, tallies).map { (desk.times.day($0.start), $1) }
    }

    /// The values of the template; none without callbacks.
    var value: TemplateValue {
        let most = days.map(\.tally.callbacks).max() ?? 0
        guard most > 0 else { return .none }
        let sum = days.reduce(into: Tally()) { $0 += $1.tally }
        return [
            "days": .list(days.reversed().map { Self.row($0.label, $0.tally, most: most) }),
            "delivered": .text(NumberFormat.grouped(sum.delivered)),
            "failed": .text(NumberFormat.grouped(sum.failed)),
            "hasFailed": .flag(sum.failed > 0),
            "retrying": .text(sum.retrying > 0 ? NumberFormat.grouped(sum.retrying) : ""),
            "rate": .text(sum.deliveryRate.map { NumberFormat.rate($0) } ?? "–"),
            "span": .text("\(Self.days)"),
        ]
    }

    private static func row(_ label: String, _ tally: Tally, most: Int) -> TemplateValue {
        let length = Bar.length(tally.callbacks, of: most, longest: 1000)
        return [
            "label": .text(label), "callbacks": .text(NumberFormat.grouped(tally.callbacks)),
            "failed": .text(NumberFormat.grouped(tally.failed)),
            "hasFailed": .flag(tally.failed > 0), "parts": parts(Bar(tally, length: length)),
        ]
    }

    /// Returns the segments of a bar, in thousandths of the longest bar.
    private static func parts(_ bar: Bar) -> TemplateValue {
        let parts = [
            ("delivered", bar.delivered), ("retrying", bar.retrying), ("failed", bar.failed),
        ]
        var start = 0
        return .list(
            parts.compactMap { kind, length in
                guard length > 0 else { return nil }
                defer { start += length }
                return [
                    "kind": .text(kind), "start": .text("\(start)"), "length": .text("\(length)"),
                ]
            })
    }
}
