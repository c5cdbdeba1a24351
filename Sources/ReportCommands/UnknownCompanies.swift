import CommandLine
import Commands
import Settings
import TextSupport

/// The companies of records that the configuration does not contain, so that no report counts them.
struct UnknownCompanies {
    /// The SIDs, with the number of records of each.
    private let counts: [(sid: String, records: Int)]
    private let known: [String]

    /// - Parameter counts: The number of records by company.
    init(in counts: [String: Int], _ configuration: Configuration) {
        known =
            configuration.companies.map(\.sid) + configuration.invalidCompanies.compactMap(\.sid)
        // Without any company, the configuration is for imports only.
        let isUsed = !configuration.companies.isEmpty || !configuration.invalidCompanies.isEmpty
        self.counts =
            isUsed
            ? counts.filter { !configuration.mayName(company: $0.key) }
                .map { (sid: $0.key, records: $0.value) }.sorted { $0.sid < $1.sid }
            : []
    }

    /// The companies of a log.
    init(of sids: [String], _ configuration: Configuration) {
        self.init(in: Dictionary(sids.map { ($0, 0) }) { first, _ in first }, configuration)
    }

    /// The maximum number of companies in a message.
    private static let shown = 5

    /// The SIDs, or `nil` if there are none.
    var names: String? {
        counts.isEmpty ? nil : list(counts.map(\.sid))
    }

    /// The message about an import, or `nil` if there is nothing to say.
    var warning: String? {
        guard !counts.isEmpty else { return nil }
        let records = counts.reduce(0) { $0 + $1.records }
        return "\(count(records, "record")) of companies that the configuration does not contain: "
            + list(counts.map { "\($0.sid)\(suggestion(for: $0.sid))" })
            + "; the records were imported, but no report counts them"
    }

    /// The message about a log, or `nil` if there is nothing to say.
    var finding: String? {
        guard !counts.isEmpty else { return nil }
        return "the log has companies that the configuration does not contain: "
            + list(counts.map { "\($0.sid)\(suggestion(for: $0.sid))" })
    }

    private func suggestion(for sid: String) -> String {
        nearestSpelling(of: sid, in: known).map { " (did you mean \($0)?)" } ?? ""
    }

    private func list(_ words: [String]) -> String {
        let others = words.count - Self.shown
        return words.prefix(Self.shown).joined(separator: ", ")
            + (others > 0 ? " and \(others) more" : "")
    }
}
