import CivilTime
import CommandLine
import DeliveryLog
import ReportRuns
import SQLite
import Settings

/// What a command gets from outside: arguments, streams, environment and clock.
struct Context {
    let arguments: Arguments
    let console: Console
    let environment: [String: String]
    let workingDirectory: String
    /// The only clock there is; everything below gets instants.
    let clock: () -> Instant
    /// Time since any instant, for progress.
    let stopwatch: () -> Duration

    var zones: ZoneDatabase { ZoneDatabase(environment: environment) }

    /// The configuration, checked.
    func configuration() throws -> Configuration {
        let locator = ConfigurationLocator(
            flag: arguments.value("config"), environment: environment,
            workingDirectory: workingDirectory)
        return try Configuration(reading: locator.read(), zones: zones)
    }

    /// The same, with a line on standard error for each company that a mistake holds up.
    func configurationTellingMistakes() throws -> Configuration {
        let configuration = try configuration()
        for line in configuration.mistakeLines { console.say(line) }
        return configuration
    }

    /// An absolute form of a path that was given on the command line.
    func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : workingDirectory + "/" + path
    }

    /// An absolute form of a directory's path, to put a name behind.
    func directory(_ path: String) -> String {
        if path == "." { return workingDirectory }
        let absolute = absolute(path)
        return absolute.hasSuffix("/") ? String(absolute.dropLast()) : absolute
    }
}

/// The one file, and the two who own tables in it.
struct Store {
    let database: Database
    let log: DeliveryLog
    let ledger: Ledger

    init(_ configuration: Configuration) throws(DatabaseError) {
        database = try Database(path: configuration.database)
        log = try DeliveryLog(database)
        ledger = try Ledger(database)
    }
}
