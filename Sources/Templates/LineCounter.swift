/// Converts ascending offsets to lines and columns without counting from the start each time.
struct LineCounter {
    private var line = 1
    private var lineStart = 0
    private var counted = 0

    /// Returns the position of an offset, which must not be smaller than the previous one.
    mutating func position(of offset: Int, in source: [UInt8]) -> TemplatePosition {
        while let newline = source[counted..<offset].firstIndex(of: 0x0A) {
            line += 1
            lineStart = newline + 1
            counted = lineStart
        }
        counted = offset
        let before = String(decoding: source[lineStart..<offset], as: UTF8.self)
        return TemplatePosition(line: line, column: before.unicodeScalars.count + 1)
    }
}
