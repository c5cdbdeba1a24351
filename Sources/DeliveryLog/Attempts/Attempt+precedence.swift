extension Attempt {
    /// Whether this record is believed where another one tells the same attempt differently.
    ///
    /// Delivered wins over failed, failed over retrying. Between records with one outcome the
    /// other fields decide, in a fixed order, so that the order of arrival never does.
    package func isBelieved(over other: Attempt) -> Bool {
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
