/// How often a report is sent.
package enum Frequency: String, CaseIterable, Sendable {
    case daily
    case weekly
    case monthly
}
