import Glibc

/// The output of a program such as `gzip -dc`, run as a child process that is always waited for.
///
/// The child reads the file itself, so the two processes cannot deadlock.
package final class DecompressedBytes: ByteSource {
    private let file: InputFile
    private let compression: Compression
    private let output: Int32
    /// What the child prints on standard error. It never blocks the child.
    private let warnings: Int32
    /// The number of bytes read so far.
    private var count: Int64 = 0
    /// The process ID, or `nil` once the child was waited for.
    private(set) var child: pid_t?

    /// - Parameter copiesOthers: Whether uncompressed data is passed through, if the program
    ///   supports that.
    package init(
        _ file: InputFile, _ compression: Compression, copiesOthers: Bool = false
    ) throws(IngestError) {
        self.file = file
        self.compression = compression
        let (data, notes) = (
            try Self.pipe(for: file, compression), try? Self.pipe(for: file, compression)
        )
        defer {
            close(data.writing)
            if let notes { close(notes.writing) }
        }
        (output, warnings) = (data.reading, notes?.reading ?? -1)
        if let notes {
            for end in [notes.reading, notes.writing] { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
        }
        // gzip(1): with -f and -c, input in another format is copied unchanged.
        let options = copiesOthers ? ["-dcf"] : compression.options
        child = try Self.start(
            [compression.program] + options, reading: file, writingTo: data.writing,
            notes?.writing ?? -1)
    }

    private static func pipe(
        for file: InputFile, _ compression: Compression
    ) throws(IngestError) -> (reading: Int32, writing: Int32) {
        var ends: [Int32] = [-1, -1]
        guard Glibc.pipe(&ends) == 0 else {
            throw .noProgram(path: file.path, name: compression.program, code: errno)
        }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    deinit {
        close(output)
        if warnings >= 0 { close(warnings) }
        // The child's input may be a pipe without data, so closing its output need not stop it.
        if let child { kill(child, SIGKILL) }
        _ = reap()
    }

    package func read(into buffer: UnsafeMutableRawBufferPointer) throws(IngestError) -> Int {
        while true {
            let size = Glibc.read(output, buffer.baseAddress, buffer.count)
            if size > 0 {
                count += Int64(size)
                return size
            }
            if size < 0, errno == EINTR { continue }
            guard size == 0 else { throw .cannotRead(path: file.path, code: errno) }
            guard reap() else {
                throw .damaged(path: file.path, by: compression.program, after: count)
            }
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
        var note: UInt8 = 0
        let hasWarned = warnings >= 0 && Glibc.read(warnings, &note, 1) > 0
        return compression.isComplete(status: status, hasWarned: hasWarned)
    }

    private static func start(
        _ command: [String], reading file: InputFile, writingTo output: Int32,
        _ warnings: Int32
    ) throws(IngestError) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, file.descriptor, STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
        if warnings >= 0 {
            posix_spawn_file_actions_adddup2(&actions, warnings, STDERR_FILENO)
        }
        var child = pid_t()
        let arguments = command.map { strdup($0) } + [nil]
        defer { arguments.forEach { free($0) } }
        // The environment is empty, because programs read options from GZIP, XZ_OPT and others.
        let code = posix_spawnp(&child, command[0], &actions, nil, arguments, [nil])
        guard code == 0 else { throw .noProgram(path: file.path, name: command[0], code: code) }
        return child
    }
}
