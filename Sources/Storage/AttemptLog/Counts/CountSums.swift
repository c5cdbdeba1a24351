import DeliveryLog

/// Sums the counts of several buckets.
struct CountSums {
    private var sums: [CountKey: Int] = [:]
    /// The latency of delivered callbacks.
    private(set) var latency = Histogram()
    /// The sum of the current group of entries. Entries with the same key are consecutive.
    private var last: CountEntry?
    private var isDelivered = false

    mutating func add(_ entry: CountEntry) {
        if let last, last.hasKey(of: entry) {
            self.last?.count += entry.count
        } else {
            finishStretch()
            last = entry
            isDelivered = entry.outcome == .delivered
        }
        if isDelivered, let bucket = entry.bucket { latency.add(entry.count, toBucket: bucket) }
    }

    /// Returns the number of callbacks by key.
    mutating func counts() -> [CountKey: Int] {
        finishStretch()
        return sums
    }

    private mutating func finishStretch() {
        if let last, let key = last.key { sums[key, default: 0] += last.count }
        last = nil
    }
}
