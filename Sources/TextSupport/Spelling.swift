/// Returns the candidate that a mistyped word most likely meant, or nil if no candidate is close
/// enough.
///
/// A candidate is close if its spelling distance is at most one edit per three letters (rounded
/// up), and at most three. If no candidate is close, the function returns the only candidate that
/// begins with the word, if there is exactly one (`sched` for `schedule`). Matching ignores case.
/// Among equally close candidates, the first wins.
///
/// - Parameters:
///   - word: The mistyped word.
///   - candidates: The valid words.
package func nearestSpelling(of word: String, in candidates: [String]) -> String? {
    let length = word.count
    let limit = min(3, (length + 2) / 3, length - 1)
    // Each letter of difference in length costs one edit, so other candidates cannot be close.
    let ranked = candidates.filter { abs($0.count - length) <= limit }
        .map { (word: $0, edits: spellingDistance(from: word, to: $0)) }
    let best = ranked.min { $0.edits < $1.edits }
    if let best, best.edits <= limit { return best.word }
    let start = word.lowercased()
    let longer = candidates.filter { $0.lowercased().hasPrefix(start) }
    return length > 1 && longer.count == 1 ? longer.first : nil
}

/// Returns the number of letters to insert, delete, replace or swap with their neighbor to turn one
/// word into the other.
///
/// This is the optimal string alignment distance, ignoring case. The running time is proportional
/// to the product of the lengths.
package func spellingDistance(from left: String, to right: String) -> Int {
    let left = Array(left.lowercased())
    let right = Array(right.lowercased())
    var twoBefore: [Int] = []
    var before = Array(0...right.count)
    for row in left.indices {
        var current = [row + 1]
        for column in right.indices {
            let change = before[column] + (left[row] == right[column] ? 0 : 1)
            var best = min(change, before[column + 1] + 1, current[column] + 1)
            if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                best = min(best, twoBefore[column - 1] + 1)
            }
            current.append(best)
        }
        (twoBefore, before) = (before, current)
    }
    return before[right.count]
}
