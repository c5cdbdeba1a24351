/// Returns the candidate that a mistyped word most likely meant, or nil if no candidate is close
/// enough.
///
/// A candidate is close if its spelling distance is at most one edit per three letters (rounded
/// up), and at most three. If no candidate is close, the function returns the only candidate that
/// begins with the word, if there is exactly one (`sched` for `schedule`). Matching ignores case.
/// Among equally close candidates, the first wins.
///
/// - Parameters:
///   - word: the mistyped word.
///   - candidates: the valid words.
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
