import Commands

/// Triggers as a user gives them: one a line, as many as there are, or one request.
struct TriggerInput {
    private let file: RequestFile
    /// What is read and not taken.
    private var bytes: [UInt8] = []
    private var taken = 0

    /// How long a line may be, or a request that is more than a line, in bytes.
    private static let limit = 64 << 20
    /// How many bytes that were taken may stay in memory.
    private static let most = 256 << 10

    /// - Parameter path: as it was given; `-` is standard input.
    init(_ path: String, _ context: Context) throws {
        file = try RequestFile(path, context)
    }

    /// Whether the first line is an object and another one begins behind it.
    mutating func isByLine() throws -> Bool {
        guard let first = try end(of: 0), bytes[..<first].isObject else { return false }
        var next = first
        while true {
            if let byte = bytes[next...].first(where: { !$0.isBlank }) {
                return byte == UInt8(ascii: "{")
            }
            next = bytes.count
            guard try fill() else { return false }
        }
    }

    /// The next line that is not blank; nil at the end.
    mutating func line() throws -> [UInt8]? {
        if taken > Self.most {
            bytes.removeFirst(taken)
            taken = 0
        }
        while true {
            if taken == bytes.count, try !fill() { return nil }
            let end = try end(of: taken) ?? bytes.count
            let line = Array(bytes[taken..<end])
            taken = min(end + 1, bytes.count)
            if !line.allSatisfy(\.isBlank) { return line }
        }
    }

    /// All that is left.
    mutating func rest() throws -> [UInt8] {
        while try fill() {}
        return Array(bytes[taken...])
    }

    /// Where a line ends that begins there; nil for the last one, when nothing follows it.
    private mutating func end(of start: Int) throws -> Int? {
        var searched = start
        while true {
            if let end = bytes[searched...].firstIndex(of: 10) { return end }
            searched = bytes.count
            guard try fill() else { return nil }
        }
    }

    private mutating func fill() throws -> Bool {
        try file.read(into: &bytes, limit: Self.limit)
    }
}

extension UInt8 {
    fileprivate var isBlank: Bool { self <= 32 }
}

extension ArraySlice<UInt8> {
    /// Whether it looks like a JSON object.
    fileprivate var isObject: Bool {
        first { !$0.isBlank } == UInt8(ascii: "{") && last { !$0.isBlank } == UInt8(ascii: "}")
    }
}
