/// How many days attempts are kept, written as `400d`.
package struct Retention: Hashable, Sendable {
    /// The number of days, from 1 to 36500.
    package let days: Int

    /// Returns nil if the text is not a number of days followed by `d`.
    package init?(_ text: String) {
        guard text.hasSuffix("d"), let days = number(text.dropLast()), (1...36500).contains(days)
        else { return nil }
        self.days = days
    }

    /// Parses the value of the configuration, and throws the error to show.
    init(parsing text: String) throws(Problem) {
        guard let retention = Retention(text) else {
            throw .form(text, expected: "a number of days from '1d' to '36500d'")
        }
        self = retention
    }
}
