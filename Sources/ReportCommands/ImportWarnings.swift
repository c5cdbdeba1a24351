import CommandLine
import Commands
import Ingest
import Settings

/// What an import prints about valid records that may not be what they seem.
struct ImportWarnings {
    let configuration: Configuration
    let console: Console

    func print(_ companies: CompanyTally, lateStarts: Int) {
        print(companies.counts, lateStarts: lateStarts)
    }

    /// - Parameters:
    ///   - companies: The number of records by company.
    ///   - lateStarts: The number of new callbacks that may have been pruned.
    func print(_ companies: [String: Int], lateStarts: Int) {
        if let warning = UnknownCompanies(in: companies, configuration).warning {
            console.say(warning.withVisibleControls, as: .warning)
        }
        guard lateStarts > 0 else { return }
        console.say(
            "\(count(lateStarts, "new callback")) began with attempt 2 or later; if earlier attempts were "
                + "pruned, the reports count the callback twice",
            as: .warning)
    }
}
