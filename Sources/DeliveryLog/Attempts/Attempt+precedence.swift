extension Attempt {
    /// Returns whether this record takes precedence over another record of the same attempt.
    ///
    /// Delivered takes precedence over failed, and failed over retrying. Between records with the
    /// same outcome, the other fields decide in a fixed order, so that the result never depends on
    /// the order of arrival.
    package func takesPrecedence(over other: Attempt) -> Bool {
        if outcome != other.outcome { return outcome.rawValue > other.outcome.rawValue }
        let numbers = [reason?.rawValue, status, durationMilliseconds].map { $0 ?? -1 }
        let others = [other.reason?.rawValue, other.status, other.durationMilliseconds]
            .map { $0 ?? -1 }
        if numbers != others { return others.lexicographicallyPrecedes(numbers) }
        return other.words.lexicographicallyPrecedes(words)
    }

    private var words: [String] {
        [profileID, channel, event, method, origin].map { $0 ?? "" }
    }
}
