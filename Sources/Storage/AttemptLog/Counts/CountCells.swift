import DeliveryLog

/// The counts of one or several buckets.
///
/// While changes are collected, counts may be negative.
struct CountCells: Equatable {
    /// The entries in order, with distinct keys and nonzero counts, so that equal counts are equal
    /// values.
    private(set) var entries: [CountEntry] = []

    init() {}

    /// Creates empty cells with a reserved capacity.
    init(capacity: Int) {
        entries.reserveCapacity(capacity)
    }

    /// Sums entries in any order.
    init(summing unordered: [CountEntry]) {
        self.init(ordered: unordered.sorted { $0.precedes($1) })
    }

    /// Sums entries that are in order.
    init(ordered: some Collection<CountEntry>) {
        entries.reserveCapacity(ordered.count)
        for entry in ordered { append(entry) }
    }

    var isEmpty: Bool { entries.isEmpty }

    /// Whether a count is negative, which only damage can cause.
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

    /// Appends an entry, which must not precede the last one.
    mutating func append(_ entry: CountEntry) {
        guard let last = entries.last, last.isSame(as: entry) else {
            if entry.count != 0 { entries.append(entry) }
            return
        }
        entries[entries.count - 1].count += entry.count
        if last.count + entry.count == 0 { entries.removeLast() }
    }
}
