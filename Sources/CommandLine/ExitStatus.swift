/// The exit status of the program.
///
/// The numbers are those of sysexits.h. The cases are ordered from least to most severe.
package enum ExitStatus: Int32, CaseIterable, Sendable {
    /// Success.
    case success = 0
    /// A temporary failure; the operation will be retried.
    case temporaryFailure = 75
    /// Invalid input data: lines were rejected, or `verify` found a difference.
    case badData = 65
    /// A mail server or an endpoint rejected the request permanently.
    case refused = 69
    /// An input file is missing or unreadable.
    case noInput = 66
    /// Output could not be written.
    case cannotWriteOutput = 73
    /// An I/O or database error occurred.
    case ioError = 74
    /// The configuration is invalid.
    case badConfiguration = 78
    /// The command line is invalid.
    case usage = 64
    /// An internal error occurred.
    case internalError = 70

    /// Returns the most severe of several statuses, or `success` if there are none.
    ///
    /// An internal error is the most severe because it makes all other results unreliable. Then
    /// come the failures that a person has to fix, causes before effects: configuration, disk,
    /// files, rejections, input lines. Temporary failures are the least severe because the next run
    /// may resolve them.
    package static func mostSevere(_ statuses: some Sequence<ExitStatus>) -> ExitStatus {
        statuses.max { $0.severity < $1.severity } ?? .success
    }

    private var severity: Int {
        Self.allCases.firstIndex(of: self) ?? 0
    }
}
