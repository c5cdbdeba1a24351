/// For how many days attempts are kept, written like `400d`.
package struct Retention: Hashable, Sendable {
    /// 1 to 36500.
    package let days: Int

    /// Nil when the text is no number of days followed by `d`.
    package init?(_ text: String) {
        guard text.hasSuffix("d"), let days = number(text.dropLast()), (1...36500).contains(days)
        else { return nil }
        self.days = days
    }

    /// The same for the configuration, where a wrong form has words.
    init(parsing text: String) throws(Problem) {
        guard let retention = Retention(text) else {
            throw .form(text, expected: "a number of days from '1d' to '36500d'")
        }
        self = retention
    }
}
