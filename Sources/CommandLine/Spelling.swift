/// Finds the word that somebody most likely meant.
package enum Spelling {
    /// The candidate nearest to a mistyped word, or nil when none is near enough.
    ///
    /// Near means at most one slip for each three letters begun, three at the most; a slip is a
    /// letter too many, too few or wrong, or two neighbours swapped. Capitals do not count. Where
    /// none is near, a candidate that alone begins with the word is taken (`sched`: `schedule`).
    /// Of equals the first wins.
    package static func nearest(to word: String, among candidates: some Sequence<String>) -> String?
    {
        let letters = fold(word)
        let limit = min(3, (letters.count + 2) / 3)
        let ranked = candidates.map { (name: $0, distance: distance(letters, fold($0))) }
        let best = ranked.min { $0.distance < $1.distance }
        guard let best, best.distance <= limit, best.distance < letters.count else {
            return onlyOne(beginningWith: letters, among: ranked.map(\.name))
        }
        return best.name
    }

    private static func onlyOne(
        beginningWith letters: [Unicode.Scalar], among names: [String]
    ) -> String? {
        let matches = names.filter { fold($0).starts(with: letters) }
        return letters.count > 1 && matches.count == 1 ? matches.first : nil
    }

    private static func fold(_ word: String) -> [Unicode.Scalar] {
        Array(word.lowercased().unicodeScalars)
    }

    /// The Damerau-Levenshtein distance in which no piece is edited twice.
    private static func distance(_ from: [Unicode.Scalar], _ to: [Unicode.Scalar]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...to.count)
        for row in from.indices {
            var current = [row + 1]
            for column in to.indices {
                let same = from[row] == to[column]
                var cost = min(
                    last[column] + (same ? 0 : 1), last[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, from[row] == to[column - 1], from[row - 1] == to[column] {
                    cost = min(cost, beforeLast[column - 1] + 1)
                }
                current.append(cost)
            }
            (beforeLast, last) = (last, current)
        }
        return last[to.count]
    }
}
