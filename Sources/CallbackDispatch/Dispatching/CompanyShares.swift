/// How much of something each company holds, and how much more it may have.
///
/// What a hanging endpoint holds cannot be taken back, so something has to be left for the others
/// before they ask. A company may have more only while it holds less than is still free: one
/// company leaves at least half, two leave a third, and a company that holds nothing always finds
/// something. (Choudhury and Hahne, "Dynamic queue length thresholds for shared-memory packet
/// switches", 1998.)
package struct CompanyShares: Sendable {
    /// How much there is.
    package let all: Int
    /// How much one company may have when no other has anything.
    package let forOne: Int
    package private(set) var taken = 0
    private var byCompany: [String: Int] = [:]

    package init(all: Int, forOne: Int) {
        (self.all, self.forOne) = (all, forOne)
    }

    /// How much a company holds.
    package func count(of company: String) -> Int { byCompany[company, default: 0] }

    /// How much more a company may have.
    package func room(for company: String) -> Int {
        let own = count(of: company)
        // Each unit that it takes raises what it holds, and lowers what is free.
        let fair = (all - taken - own + 1) / 2
        return max(0, min(forOne - own, fair))
    }

    package mutating func take(_ amount: Int = 1, for company: String) {
        byCompany[company, default: 0] += amount
        taken += amount
    }

    package mutating func free(_ amount: Int = 1, of company: String) {
        taken -= amount
        let left = count(of: company) - amount
        byCompany[company] = left > 0 ? left : nil
    }
}
