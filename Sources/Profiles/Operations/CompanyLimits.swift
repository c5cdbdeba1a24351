/// How much of each kind one company may have.
package struct CompanyLimits: Hashable, Sendable {
    package let profiles: Int
    /// WhatsApp numbers that are bound to profiles.
    package let numbers: Int

    package init(profiles: Int = 1_000, numbers: Int = 10_000) {
        (self.profiles, self.numbers) = (profiles, numbers)
    }
}
