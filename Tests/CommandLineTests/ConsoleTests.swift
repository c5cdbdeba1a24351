import CommandLine
import Glibc
import TestSupport
import Testing

@Suite struct ConsoleTests {
    @Test func separatesResultsFromOtherOutput() {
        let recording = Recording()
        recording.console.print("a result")
        recording.console.say("a remark")
        #expect(recording.console.finish(.success) == .success)
        #expect(recording.output.text == "a result\n")
        #expect(recording.errors.text == "a remark\n")
    }

    @Test func buffersOutputUntilTheBufferIsFull() {
        let recording = Recording(bufferSize: 4)
        recording.console.output.write("abc")
        #expect(recording.output.text == "")
        recording.console.output.write("d")
        #expect(recording.output.text == "abcd")
    }

    @Test func flushesOutputBeforeAMessage() {
        let recording = Recording(bufferSize: 100)
        recording.console.print("first")
        recording.console.say("second")
        #expect(recording.output.text == "first\n")
    }

    @Test func writesEachLineToATerminalAtOnce() {
        let recording = Recording(terminal: true, bufferSize: 100)
        recording.console.print("now")
        #expect(recording.output.text == "now\n")
    }

    @Test func reportsLostOutput() {
        let recording = Recording()
        recording.output.failsWith = ENOSPC
        recording.console.print("lost")
        #expect(recording.console.finish(.success) == .cannotWriteOutput)
        #expect(
            recording.errors.text == "cannot write standard output: No space left on device\n")
    }

    @Test func keepsAStatusMoreSevereThanLostOutput() {
        let recording = Recording()
        recording.output.failsWith = EPIPE
        recording.console.print("lost")
        #expect(recording.console.finish(.badConfiguration) == .badConfiguration)
    }

    @Test func writesNothingAfterAFailure() {
        let recording = Recording()
        recording.output.failsWith = ENOSPC
        recording.console.print("lost")
        recording.output.failsWith = nil
        recording.console.print("too late")
        #expect(recording.output.text == "")
        #expect(recording.console.output.failure?.code == ENOSPC)
    }

    @Test func stylesTextOnlyIfStylesAreOn() {
        let style = Style(isOn: true)
        #expect(style.text("x", as: .error) == "\u{1B}[31mx\u{1B}[0m")
        #expect(style.text("x", as: .success) == "\u{1B}[32mx\u{1B}[0m")
        #expect(style.text("x", as: .warning) == "\u{1B}[33mx\u{1B}[0m")
        #expect(style.text("x", as: .plain) == "x")
        #expect(Style(isOn: false).text("x", as: .error) == "x")
    }

    @Test func stylesEachLineOfATextByItself() {
        let text = Style(isOn: true).text("a\n\nb\n", as: .error)
        #expect(text == "\u{1B}[31ma\u{1B}[0m\n\n\u{1B}[31mb\u{1B}[0m\n")
    }

    @Test(
        arguments: [
            (["TERM": "xterm"], true, false),
            ([:], false, false),
            (["TERM": "dumb"], false, false),
            (["TERM": "xterm", "NO_COLOR": "1"], false, false),
            (["TERM": "xterm", "NO_COLOR": ""], true, false),
            (["TERM": "xterm", "CLICOLOR": "0"], false, false),
            (["TERM": "xterm", "CLICOLOR": "1"], true, false),
            (["CLICOLOR_FORCE": "1"], true, true),
            (["TERM": "xterm", "CLICOLOR_FORCE": "0"], true, false),
            (["CLICOLOR_FORCE": "1", "NO_COLOR": "1"], false, false),
            (["CLICOLOR_FORCE": "1", "CLICOLOR": "0"], true, true),
        ] as [([String: String], Bool, Bool)])
    func followsTheConventionsForColor(
        environment: [String: String], onTerminal: Bool, elsewhere: Bool
    ) {
        #expect(Style(environment: environment, isTerminal: true).isOn == onTerminal)
        #expect(Style(environment: environment, isTerminal: false).isOn == elsewhere)
    }

    @Test(arguments: [
        ("plain ü 日本", "plain ü 日本"),
        ("a\u{1B}[31mb", "a\\u{1b}[31mb"),
        ("a\r\nb\tc", "a\\r\\nb\\tc"),
        ("a\u{9B}b\u{7F}", "a\\u{9b}b\\u{7f}"),
        ("a\u{202E}b", "a\\u{202e}b"),
    ])
    func escapesControlsInUntrustedText(text: String, expected: String) {
        #expect(text.withVisibleControls == expected)
    }
}
