/// Divides a limited resource among companies.
///
/// A hanging endpoint does not return what it holds, so the shares must leave a reserve before
/// other companies ask. A company may take more only while it holds less than is still free. One
/// company alone leaves at least half of the total, two companies leave a third, and a company that
/// holds nothing always gets something. (Choudhury and Hahne, "Dynamic queue length thresholds for
/// shared-memory packet switches", 1998.)
package struct CompanyShares: Sendable {
    /// The total amount.
    package let all: Int
    /// The maximum for one company, even if no other company holds anything.
    package let forOne: Int
    package private(set) var taken = 0
    private var byCompany: [String: Int] = [:]

    package init(all: Int, forOne: Int) {
        (self.all, self.forOne) = (all, forOne)
    }

    /// Returns the amount that a company holds.
    package func count(of company: String) -> Int { byCompany[company, default: 0] }

    /// Returns the additional amount that a company may take.
    package func room(for company: String) -> Int {
        let own = count(of: company)
        // Each unit taken raises the company's share and lowers the free amount, so the
        // division.
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
