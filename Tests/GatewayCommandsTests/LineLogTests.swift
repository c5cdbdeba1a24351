import Glibc
import Testing

@testable import GatewayCommands

/// A log whose reader is slow, blocked or gone.
@Suite struct LineLogTests {
    private struct Pipe {
        let reading: Int32
        let writing: Int32

        init(blocks: Bool = true) {
            var ends: [Int32] = [0, 0]
            pipe(&ends)
            (reading, writing) = (ends[0], ends[1])
            if !blocks { _ = fcntl(writing, F_SETFL, O_NONBLOCK) }
        }

        /// Reads until a line ends with a text.
        func text(upTo end: String) -> String {
            var bytes: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 1 << 16)
            while !String(decoding: bytes.suffix(end.utf8.count), as: UTF8.self).hasSuffix(end) {
                let count = read(reading, &buffer, buffer.count)
                guard count > 0 else { break }
                bytes += buffer.prefix(count)
            }
            return String(decoding: bytes, as: UTF8.self)
        }
    }

    @Test("all lines arrive in order", arguments: [true, false])
    func lines(blocks: Bool) {
        let pipe = Pipe(blocks: blocks)
        let log = LineLog(pipe.writing)
        for number in 1...20_000 { log.write("line \(number)") }
        let text = pipe.text(upTo: "line 20000\n")
        #expect(text == (1...20_000).map { "line \($0)\n" }.joined())
        log.flush(within: .seconds(60))
    }

    /// The pipe takes 64 KiB and the log 4 MiB. The rest is counted.
    @Test func aBlockedReaderBlocksNoWriter() {
        let pipe = Pipe()
        let log = LineLog(pipe.writing)
        let line = String(repeating: "x", count: 1023)
        for _ in 1...8_192 { log.write(line) }
        log.flush(within: .milliseconds(50))
        let text = pipe.text(upTo: "}\n")
        let lines = text.split(separator: "\n")
        #expect(lines.count > 4_000 && lines.count < 4_300)
        #expect(lines.last == "{\"lines_lost\":\(8_192 - lines.count + 1)}")
    }

    @Test func aMissingReaderBlocksNoWriter() {
        signal(SIGPIPE, SIG_IGN)
        let pipe = Pipe()
        close(pipe.reading)
        let log = LineLog(pipe.writing)
        log.write("line")
        log.flush(within: .seconds(60))
    }
}
