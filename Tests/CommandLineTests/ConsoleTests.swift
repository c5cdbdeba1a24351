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
        #expect(style.red("x") == "\u{1B}[31mx\u{1B}[0m")
        #expect(style.bold("x") == "\u{1B}[1mx\u{1B}[0m")
        #expect(style.green("x") == "\u{1B}[32mx\u{1B}[0m")
        #expect(style.dim("x") == "\u{1B}[2mx\u{1B}[0m")
        #expect(Style(isOn: false).red("x") == "x")
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

    @Test func keepsLineBreaksOnRequest() {
        #expect("a\nb\t\u{1B}c\r".withVisibleControlsInLines == "a\nb\t\\u{1b}c\\r")
    }
}
