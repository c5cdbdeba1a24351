/// The candidate that was probably meant by a mistyped word; nil when none is near enough.
///
/// Near means at most one slip for each three letters begun, three at the most. Where none is near,
/// a candidate that alone begins with the word is taken (`sched`: `schedule`). Capitals do not
/// count. Of equals the first wins.
package func nearestSpelling(of word: String, in candidates: [String]) -> String? {
    let limit = min(3, (word.count + 2) / 3, word.count - 1)
    let ranked = candidates.map { (word: $0, slips: spellingDistance(from: word, to: $0)) }
    let best = ranked.min { $0.slips < $1.slips }
    if let best, best.slips <= limit { return best.word }
    let longer = candidates.filter { $0.lowercased().hasPrefix(word.lowercased()) }
    return word.count > 1 && longer.count == 1 ? longer.first : nil
}
