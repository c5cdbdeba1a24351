import CommandLine
import Testing

// Testing also has an ExitStatus; the explicit import takes precedence.
import enum CommandLine.ExitStatus

@Suite struct ExitStatusTests {
    @Test func usesTheNumbersOfSysexits() {
        #expect(
            ExitStatus.allCases.map(\.rawValue).sorted() == [0, 64, 65, 66, 69, 70, 73, 74, 75, 78])
    }

    static let cases: [([ExitStatus], ExitStatus)] = [
        ([], ExitStatus.success),
        ([.success, .temporaryFailure], .temporaryFailure),
        ([.badData, .temporaryFailure], .badData),
        ([.badData, .refused, .success], .refused),
        ([.badConfiguration, .refused, .ioError], .badConfiguration),
        ([.cannotWriteOutput, .noInput], .cannotWriteOutput),
        ([.internalError, .badConfiguration], .internalError),
    ]

    @Test(arguments: cases)
    func returnsTheMostSevereStatus(statuses: [ExitStatus], expected: ExitStatus) {
        #expect(ExitStatus.mostSevere(statuses) == expected)
    }
}
