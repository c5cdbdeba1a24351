/// The rows of several batches with consecutive numbers, without copying them.
struct ConcatenatedBatches {
    private var groups: [[StoredAttempt]]
    /// The number of the first row of each batch.
    let starts: [Int]
    let count: Int

    init(_ groups: [[StoredAttempt]]) {
        var starts: [Int] = []
        var count = 0
        for group in groups {
            starts.append(count)
            count += group.count
        }
        (self.groups, self.starts, self.count) = (groups, starts, count)
    }

    subscript(number: Int) -> StoredAttempt {
        // Yielded, because copying a row would update its reference counts.
        _read {
            let group = group(of: number)
            yield groups[group][number - starts[group]]
        }
        _modify {
            let group = group(of: number)
            yield &groups[group][number - starts[group]]
        }
    }

    /// A linear search, because there are few batches.
    private func group(of number: Int) -> Int {
        var group = starts.count - 1
        while starts[group] > number { group -= 1 }
        return group
    }
}
