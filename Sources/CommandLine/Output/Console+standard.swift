import Glibc

extension Console {
    /// Returns the console of the process. Call it once, before the program opens any file.
    package static func standard(environment: [String: String]) -> Console {
        // Report a closed pipe as an error of write(2) instead of ending the process.
        signal(SIGPIPE, SIG_IGN)
        reserveStandardDescriptors()
        func stream(_ descriptor: Int32, _ place: String, bufferSize: Int) -> TextStream {
            let isTerminal = isatty(descriptor) == 1
            return TextStream(
                isTerminal: isTerminal,
                style: Style(environment: environment, isTerminal: isTerminal),
                bufferSize: bufferSize
            ) { (bytes) throws(OutputError) in
                try Descriptor.write(bytes, to: descriptor, place: place)
            }
        }
        return Console(
            output: stream(STDOUT_FILENO, "standard output", bufferSize: 1 << 16),
            errors: stream(STDERR_FILENO, "standard error", bufferSize: 0),
            canRedraw: Style.understandsCodes(environment),
            columns: { terminalColumns(of: STDERR_FILENO) })
    }

    /// Reserves the descriptors of closed standard streams, so that files opened later do not get
    /// them.
    ///
    /// Each stream is opened in the wrong mode, so that using it still fails.
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
