package import CivilTime
package import CommandLine
package import Settings

/// Everything that a command gets from outside: arguments, streams, environment variables and
/// clock.
package struct Context {
    package let arguments: Arguments
    package let console: Console
    package let environment: [String: String]
    package let workingDirectory: String
    /// Returns the current time. This is the only clock; lower modules receive instants.
    package let clock: @Sendable () -> Instant
    /// Returns the time since an arbitrary fixed point. Used for progress.
    package let stopwatch: () -> Duration
    /// Whether the kernel reports that the clock is synchronized.
    package let isClockSynchronized: @Sendable () -> Bool

    init(arguments: Arguments, _ process: ProcessEnvironment) {
        self.arguments = arguments
        console = process.console
        environment = process.environment
        workingDirectory = process.workingDirectory
        clock = process.clock
        stopwatch = process.stopwatch
        isClockSynchronized = process.isClockSynchronized
    }

    package var zones: ZoneDatabase { ZoneDatabase(environment: environment) }

    /// Reads and validates the configuration.
    package func configuration() throws -> Configuration {
        try configurationReader()
    }

    /// A function that reads the current configuration. It can be called on any thread.
    package var configurationReader: @Sendable () throws -> Configuration {
        let locator = ConfigurationLocator(
            flag: arguments.value("config"), environment: environment,
            workingDirectory: workingDirectory)
        return { [zones] in try Configuration(reading: locator.read(), zones: zones) }
    }

    /// Reads the configuration and prints a line to standard error for each company that an error
    /// excludes.
    package func configurationReportingErrors() throws -> Configuration {
        let configuration = try configuration()
        for line in configuration.diagnosticLines { console.say(line, as: .error) }
        return configuration
    }

    /// Reads the configuration, prints its errors, and also warns about each configuration file
    /// that other users can change.
    ///
    /// For commands that run unattended.
    package func configurationWithWarnings() throws -> Configuration {
        let configuration = try configurationReportingErrors()
        for line in configuration.warnings { console.say("warning: \(line)", as: .warning) }
        return configuration
    }

    /// Returns the absolute form of a path from the command line.
    package func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : workingDirectory + "/" + path
    }

    /// Returns the absolute form of a directory path, without a trailing slash.
    package func directory(_ path: String) -> String {
        if path == "." { return workingDirectory }
        let absolute = absolute(path)
        return absolute.hasSuffix("/") ? String(absolute.dropLast()) : absolute
    }
}
