import CivilTime
import DeliveryLog
import SQL
import StorageErrors
import TextSupport

/// A set of quarter hours of one UTC day, with one bit for each of the 96.
struct QuarterHours: Hashable, BitwiseCopyable {
    private(set) var bits: UInt128 = 0

    /// The largest value of a column.
    static let maxHalf: Int64 = (1 << 48) - 1

    init() {}

    /// Decodes the two columns of a set, with 48 quarter hours each.
    init(early: Int64, late: Int64) {
        bits = UInt128(UInt64(bitPattern: late)) << 48 | UInt128(UInt64(bitPattern: early))
    }

    /// Creates a set of consecutive quarter hours, counted from 0 at midnight UTC.
    init(_ range: Range<Int>) {
        bits = (1 << UInt128(range.count) - 1) << UInt128(range.lowerBound)
    }

    /// The first half of the day, as stored in a column.
    var early: Int64 { Int64(truncatingIfNeeded: bits & (1 << 48 - 1)) }
    /// The second half of the day, as stored in a column.
    var late: Int64 { Int64(truncatingIfNeeded: bits >> 48) }

    var isEmpty: Bool { bits == 0 }

    /// Inserts a quarter hour, counted from 0 at midnight UTC.
    mutating func insert(_ quarter: Int) {
        bits |= 1 << UInt128(quarter)
    }

    mutating func formUnion(_ other: QuarterHours) {
        bits |= other.bits
    }

    /// Returns the last quarter hour before `quarter`.
    func last(before quarter: Int) -> Int? {
        let earlier = quarter <= 0 ? 0 : bits & (1 << UInt128(min(quarter, 127)) - 1)
        return earlier == 0 ? nil : 127 - earlier.leadingZeroBitCount
    }

    /// Returns the first quarter hour at or after `quarter`.
    func first(from quarter: Int) -> Int? {
        let later = quarter >= 128 ? 0 : bits >> UInt128(max(quarter, 0))
        return later == 0 ? nil : later.trailingZeroBitCount + max(quarter, 0)
    }
}

/// A quarter hour, counted from 1970-01-01T00:00:00Z.
struct Quarter: Hashable, Comparable {
    var number: Int64

    /// The number of quarter hours per day.
    static let perDay: Int64 = 96

    /// The days that are valid in tables, counted from 1970-01-01.
    static let days: ClosedRange<Int64> = -1...4_000_000

    /// A quarter hour after all in which attempts can finish.
    static let afterAll = Quarter(of: Instant(milliseconds: 1 << 48)).next

    init(number: Int64) {
        self.number = number
    }

    /// Creates the quarter hour that contains an instant.
    init(of instant: Instant) {
        number = instant.milliseconds.flooredDivision(by: BucketSize.quarterHour.length)
    }

    /// - Parameters:
    ///   - day: The day, counted from 1970-01-01.
    ///   - index: The quarter hour of that day, counted from 0.
    init(day: Int64, index: Int) {
        number = day * Self.perDay + Int64(index)
    }

    var day: Int64 { number.flooredDivision(by: Self.perDay) }
    var index: Int { Int(number - day * Self.perDay) }
    var start: Instant { Instant(milliseconds: number * BucketSize.quarterHour.length) }
    var next: Quarter { Quarter(number: number + 1) }

    static func < (left: Quarter, right: Quarter) -> Bool { left.number < right.number }
}
