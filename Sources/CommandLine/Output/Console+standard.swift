import Glibc

extension Console {
    /// The program's own streams; to be made once, before any file is opened.
    ///
    /// `NO_COLOR` (https://no-color.org) and `TERM=dumb` switch colour off.
    package static func standard(environment: [String: String]) -> Console {
        // A reader that has gone away is an error of write(2) here, and not the end of the run.
        signal(SIGPIPE, SIG_IGN)
        reserveStandardDescriptors()
        let understandsCodes = !["", "dumb"].contains(environment["TERM", default: ""])
        let wantsColour = environment["NO_COLOR", default: ""].isEmpty
        func stream(_ descriptor: Int32, _ place: String, bufferSize: Int) -> TextStream {
            let isTerminal = isatty(descriptor) == 1
            return TextStream(
                isTerminal: isTerminal,
                style: Style(isOn: isTerminal && understandsCodes && wantsColour),
                bufferSize: bufferSize
            ) { (bytes) throws(OutputError) in
                try Descriptor.write(bytes, to: descriptor, place: place)
            }
        }
        return Console(
            output: stream(STDOUT_FILENO, "standard output", bufferSize: 1 << 16),
            errors: stream(STDERR_FILENO, "standard error", bufferSize: 0),
            canRedraw: understandsCodes,
            columns: { terminalColumns(of: STDERR_FILENO) })
    }

    /// Keeps the numbers of closed standard streams from files that are opened later.
    ///
    /// The mode is the wrong one for each stream, so that to use it stays an error.
    private static func reserveStandardDescriptors() {
        for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) == -1 {
            _ = open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
        }
    }

    private static func terminalColumns(of descriptor: Int32) -> Int {
        var size = winsize()
        let isKnown = ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
        return isKnown ? Int(size.ws_col) : 80
    }
}
