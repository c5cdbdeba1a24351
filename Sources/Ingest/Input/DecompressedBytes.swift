import Glibc

/// The output of a program such as `gzip -dc`, run as a child process that is always waited for.
///
/// The child reads the file itself, so the two processes cannot deadlock.
package final class DecompressedBytes: ByteSource {
    private let file: InputFile
    private let compression: Compression
    private let output: Int32
    /// The process ID, or `nil` once the child was waited for.
    private(set) var child: pid_t?

    /// - Parameter copiesOthers: Whether uncompressed data is passed through, if the program
    ///   supports that.
    package init(
        _ file: InputFile, _ compression: Compression, copiesOthers: Bool = false
    ) throws(IngestError) {
        self.file = file
        self.compression = compression
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            throw .noProgram(path: file.path, name: compression.program, code: errno)
        }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        defer { close(ends[1]) }
        output = ends[0]
        // gzip(1): with -f and -c, input in another format is copied unchanged.
        let options = copiesOthers ? "-dcf" : "-dc"
        child = try Self.start([compression.program, options], reading: file, writingTo: ends[1])
    }

    deinit {
        close(output)
        // The child's input may be a pipe without data, so closing its output need not stop it.
        if let child { kill(child, SIGKILL) }
        _ = reap()
    }

    package func read(into buffer: UnsafeMutableRawBufferPointer) throws(IngestError) -> Int {
        while true {
            let size = Glibc.read(output, buffer.baseAddress, buffer.count)
            if size > 0 { return size }
            if size < 0, errno == EINTR { continue }
            guard size == 0 else { throw .cannotRead(path: file.path, code: errno) }
            guard reap() else { throw .damaged(path: file.path, by: compression.program) }
            return 0
        }
    }

    /// Waits for the child. Returns false if it failed.
    private func reap() -> Bool {
        guard let child else { return true }
        self.child = nil
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0 {
            guard errno == EINTR else { return false }
        }
        return status == 0 || compression.warningStatus.map { status == $0 << 8 } ?? false
    }

    private static func start(
        _ command: [String], reading file: InputFile, writingTo output: Int32
    ) throws(IngestError) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, file.descriptor, STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
        var child = pid_t()
        let arguments = command.map { strdup($0) } + [nil]
        defer { arguments.forEach { free($0) } }
        // The environment is empty, because programs read options from GZIP, XZ_OPT and others.
        let code = posix_spawnp(&child, command[0], &actions, nil, arguments, [nil])
        guard code == 0 else { throw .noProgram(path: file.path, name: command[0], code: code) }
        return child
    }
}
