/// How often a company's report is due.
package enum Frequency: String, CaseIterable, Sendable {
    case daily
    case weekly
    case monthly
}
