/// The rows of several groups with one numbering, without a copy of them.
struct GroupedRows {
    private var groups: [[StoredAttempt]]
    /// The number of the first row of each group.
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
        // Lent, for a copy of a row would have to count its references.
        _read {
            let group = group(of: number)
            yield groups[group][number - starts[group]]
        }
        _modify {
            let group = group(of: number)
            yield &groups[group][number - starts[group]]
        }
    }

    /// There are few groups.
    private func group(of number: Int) -> Int {
        var group = starts.count - 1
        while starts[group] > number { group -= 1 }
        return group
    }
}
