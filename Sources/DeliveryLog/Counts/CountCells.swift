/// The counts of one bucket of time, or of several put together.
///
/// While changes are gathered, counts may be negative.
struct CountCells: Equatable {
    struct Cell: Equatable {
        var count = 0
        var latency = Histogram()
    }

    private(set) var cells: [CountKey: Cell] = [:]

    var isEmpty: Bool { cells.isEmpty }

    /// Whether something is counted less than no times, as only damaged counts come to be.
    var hasNegative: Bool {
        cells.values.contains { $0.count < 0 || $0.latency.counts.values.contains { $0 < 0 } }
    }

    /// The sums by outcome.
    var tally: Tally {
        cells.reduce(into: Tally()) { $0[$1.key.outcome] += $1.value.count }
    }

    mutating func add(_ count: Int, to key: CountKey, milliseconds: Int?) {
        var cell = cells[key] ?? Cell()
        cell.count += count
        if let milliseconds { cell.latency.add(count, milliseconds: milliseconds) }
        set(cell, for: key)
    }

    mutating func merge(_ other: CountCells) {
        for (key, cell) in other.cells { merge(cell, into: key) }
    }

    mutating func merge(_ cell: Cell, into key: CountKey) {
        var sum = cells[key] ?? Cell()
        sum.count += cell.count
        sum.latency.merge(cell.latency)
        set(sum, for: key)
    }

    /// Cells that count nothing are not kept, so that equal counts are equal values.
    private mutating func set(_ cell: Cell, for key: CountKey) {
        cells[key] = cell.count == 0 && cell.latency.isEmpty ? nil : cell
    }
}
