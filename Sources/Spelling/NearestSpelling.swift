/// The candidate that was probably meant by a mistyped word; nil when none is near enough.
///
/// Near means at most one slip for each three letters begun, three at the most. Where none is near,
/// a candidate that alone begins with the word is taken (`sched`: `schedule`). Capitals do not
/// count. Of equals the first wins.
package func nearestSpelling(of word: String, in candidates: [String]) -> String? {
    let length = word.count
    let limit = min(3, (length + 2) / 3, length - 1)
    // Each letter more or less is a slip, so no other candidates can be near.
    let ranked = candidates.filter { abs($0.count - length) <= limit }
        .map { (word: $0, slips: spellingDistance(from: word, to: $0)) }
    let best = ranked.min { $0.slips < $1.slips }
    if let best, best.slips <= limit { return best.word }
    let start = word.lowercased()
    let longer = candidates.filter { $0.lowercased().hasPrefix(start) }
    return length > 1 && longer.count == 1 ? longer.first : nil
}
