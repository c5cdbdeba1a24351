import DeliveryLog

/// Sums of what several buckets count, of which each may be large.
struct CountSums {
    private var sums: [CountKey: Int] = [:]
    /// Of the delivered ones.
    private(set) var latency = Histogram()
    /// The sum of the last entries, which have one key; entries come in stretches of one.
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

    /// The callbacks by key.
    mutating func counts() -> [CountKey: Int] {
        finishStretch()
        return sums
    }

    private mutating func finishStretch() {
        if let last, let key = last.key { sums[key, default: 0] += last.count }
        last = nil
    }
}
