package import CivilTime
package import CommandLine
package import Settings

/// What a command gets from outside: arguments, streams, environment and clock.
package struct Context {
    package let arguments: Arguments
    package let console: Console
    package let environment: [String: String]
    package let workingDirectory: String
    /// The only clock there is; everything below gets instants.
    package let clock: @Sendable () -> Instant
    /// Time since any instant, for progress.
    package let stopwatch: () -> Duration
    /// Whether the kernel says that the clock is synchronized.
    package let isClockSynchronized: @Sendable () -> Bool

    init(arguments: Arguments, _ surroundings: ProcessEnvironment) {
        self.arguments = arguments
        console = surroundings.console
        environment = surroundings.environment
        workingDirectory = surroundings.workingDirectory
        clock = surroundings.clock
        stopwatch = surroundings.stopwatch
        isClockSynchronized = surroundings.isClockSynchronized
    }

    package var zones: ZoneDatabase { ZoneDatabase(environment: environment) }

    /// The configuration, checked.
    package func configuration() throws -> Configuration {
        try configurationReader()
    }

    /// Reads the configuration as it is when it is called, on any thread.
    package var configurationReader: @Sendable () throws -> Configuration {
        let locator = ConfigurationLocator(
            flag: arguments.value("config"), environment: environment,
            workingDirectory: workingDirectory)
        return { [zones] in try Configuration(reading: locator.read(), zones: zones) }
    }

    /// The same, with a line on standard error for each company that a mistake holds up.
    package func configurationTellingMistakes() throws -> Configuration {
        let configuration = try configuration()
        for line in configuration.mistakeLines { console.say(line) }
        return configuration
    }

    /// The same for a command that works on its own: with a warning for each file that decides what
    /// it does and that others may change.
    package func configurationWithWarnings() throws -> Configuration {
        let configuration = try configurationTellingMistakes()
        for line in configuration.warnings { console.say("warning: \(line)") }
        return configuration
    }

    /// An absolute form of a path that was given on the command line.
    package func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : workingDirectory + "/" + path
    }

    /// An absolute form of a directory's path, to put a name behind.
    package func directory(_ path: String) -> String {
        if path == "." { return workingDirectory }
        let absolute = absolute(path)
        return absolute.hasSuffix("/") ? String(absolute.dropLast()) : absolute
    }
}
