/// How the program ended, for the shell and for cron.
///
/// The numbers are those of sysexits.h. The cases stand from the mildest to the gravest.
package enum ExitStatus: Int32, CaseIterable, Sendable {
    /// All well.
    case success = 0
    /// Something failed for now and will be tried again.
    case temporaryFailure = 75
    /// Bad input data: rejected lines, or `verify` found a difference.
    case badData = 65
    /// A mail server or an endpoint refused for good.
    case refused = 69
    /// An input file is missing or unreadable.
    case noInput = 66
    /// Output could not be written.
    case cannotWriteOutput = 73
    /// An I/O or database error.
    case ioError = 74
    /// A mistake in the configuration.
    case badConfiguration = 78
    /// Wrong usage.
    case usage = 64
    /// An internal error.
    case internalError = 70

    /// The one status for several that befell one run: the gravest.
    ///
    /// An internal error comes first, as nothing said beside it can be trusted; then what only
    /// a person can put right, the cause before its effects (a mistake in the configuration, the
    /// disk, the files, a refusal, the lines); last what the next run may heal by itself.
    package static func gravest(_ statuses: some Sequence<ExitStatus>) -> ExitStatus {
        statuses.max { $0.gravity < $1.gravity } ?? .success
    }

    private var gravity: Int {
        Self.allCases.firstIndex(of: self) ?? 0
    }
}
