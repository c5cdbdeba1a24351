extension Template {
    /// The candidate with the fewest typing mistakes to `word`; nil when none is near.
    package static func nearestName(to word: String, in candidates: [String]) -> String? {
        let limit = max(1, word.count / 3)
        let near = candidates.map { (mistakes: typingMistakes($0, word), word: $0) }
        return near.filter { $0.mistakes <= limit }.min { $0 < $1 }?.word
    }
}

/// Letters to insert, remove, replace or swap with their neighbour to turn one word into the other.
private func typingMistakes(_ left: String, _ right: String) -> Int {
    let left = Array(left.lowercased())
    let right = Array(right.lowercased())
    guard !left.isEmpty, !right.isEmpty else { return max(left.count, right.count) }
    var rows = [Array(0...right.count)]
    for row in 1...left.count {
        rows.append([row])
        for column in 1...right.count {
            let replaced = left[row - 1] == right[column - 1] ? 0 : 1
            var best = min(
                rows[row - 1][column] + 1, rows[row][column - 1] + 1,
                rows[row - 1][column - 1] + replaced)
            if row > 1, column > 1, left[row - 1] == right[column - 2],
                left[row - 2] == right[column - 1]
            {
                best = min(best, rows[row - 2][column - 2] + 1)
            }
            rows[row].append(best)
        }
    }
    return rows[left.count][right.count]
}
