import DeliveryLog

/// The counts of one bucket of time, or of several put together.
///
/// While changes are gathered, counts may be negative.
struct CountCells: Equatable {
    /// In order, each thing that is counted once, and none that is counted no times: equal
    /// counts are equal values.
    private(set) var entries: [CountEntry] = []

    init() {}

    /// Without entries yet, but with room for so many.
    init(capacity: Int) {
        entries.reserveCapacity(capacity)
    }

    /// The sums of entries in any order.
    init(summing unordered: [CountEntry]) {
        self.init(ordered: unordered.sorted { $0.precedes($1) })
    }

    /// The sums of entries in order.
    init(ordered: some Collection<CountEntry>) {
        entries.reserveCapacity(ordered.count)
        for entry in ordered { append(entry) }
    }

    var isEmpty: Bool { entries.isEmpty }

    /// Whether something is counted less than no times, as only damaged counts come to be.
    var hasNegative: Bool { entries.contains { $0.count < 0 } }

    /// The sums by outcome.
    var tally: Tally {
        entries.reduce(into: Tally()) { tally, entry in
            if let outcome = entry.outcome { tally[outcome] += entry.count }
        }
    }

    mutating func merge(_ other: CountCells) {
        guard !isEmpty else {
            self = other
            return
        }
        var sum = CountCells()
        sum.entries.reserveCapacity(entries.count + other.entries.count)
        var rest = other.entries[...]
        for entry in entries {
            while let first = rest.first, first.precedes(entry) {
                sum.append(first)
                rest.removeFirst()
            }
            sum.append(entry)
        }
        for entry in rest { sum.append(entry) }
        self = sum
    }

    /// Adds an entry that is not before the last one.
    mutating func append(_ entry: CountEntry) {
        guard let last = entries.last, last.isSame(as: entry) else {
            if entry.count != 0 { entries.append(entry) }
            return
        }
        entries[entries.count - 1].count += entry.count
        if last.count + entry.count == 0 { entries.removeLast() }
    }
}
