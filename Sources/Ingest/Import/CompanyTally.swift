/// The number of records by company in one import.
package final class CompanyTally {
    package private(set) var counts: [String: Int] = [:]

    package init() {}

    func add(_ companies: [String: Int]) {
        counts.merge(companies, uniquingKeysWith: +)
    }
}
