/// The reports that are due and not claimed yet.
struct DueList {
    private var rest: ArraySlice<DueReport>
    /// Series of which a report was not claimed, so that later ones wait.
    var stopped: Set<SeriesKey> = []
    private var size = 16

    /// What is claimed in one transaction shares its way to the disk; the first mails need not
    /// wait for the making of so many.
    private static let mostAtOnce = 64

    init(_ due: [DueReport]) {
        rest = due[...]
    }

    var isEmpty: Bool { rest.isEmpty }

    /// How many mails they have.
    var mails: Int { rest.reduce(0) { $0 + $1.mails } }

    /// Takes the next ones off, at most one of each series, for a report tells what became of the
    /// one before.
    ///
    /// - Parameter series: of which none is taken.
    mutating func next(besides series: Set<SeriesKey>) -> [DueReport] {
        var seen = series
        let next = rest.prefix(size).prefix { seen.insert($0.series).inserted }
        rest = rest.dropFirst(next.count)
        if !next.isEmpty { size = min(2 * size, Self.mostAtOnce) }
        return next.filter { !stopped.contains($0.series) }
    }
}
