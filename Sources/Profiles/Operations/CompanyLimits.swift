/// The maximum number of profiles and numbers of one company.
package struct CompanyLimits: Hashable, Sendable {
    package let profiles: Int
    /// The maximum number of WhatsApp numbers that are bound to profiles.
    package let numbers: Int

    package init(profiles: Int = 1_000, numbers: Int = 10_000) {
        (self.profiles, self.numbers) = (profiles, numbers)
    }
}
