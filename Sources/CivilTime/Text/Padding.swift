/// Returns a number padded with zeros. A minus sign does not count toward the width.
package func padded(_ number: Int, to width: Int) -> String {
    String(unsafeUninitializedCapacity: max(width, 20) + 1) { memory in
        var text = DigitText(memory)
        text.add(number, paddedTo: width)
        return text.count
    }
}

/// Writes digits and separators to a buffer, which must be large enough.
///
/// Times are formatted for each request, and string concatenation takes ten times as long.
struct DigitText {
    private let memory: UnsafeMutableBufferPointer<UInt8>
    private(set) var count = 0

    init(_ memory: UnsafeMutableBufferPointer<UInt8>) {
        self.memory = memory
    }

    mutating func add(_ mark: Unicode.Scalar) {
        memory[count] = UInt8(ascii: mark)
        count += 1
    }

    mutating func add(_ number: Int, paddedTo width: Int) {
        if number < 0 { add("-") }
        let start = count
        var rest = number.magnitude
        while rest > 0 || count - start < width {
            memory[count] = UInt8(ascii: "0") + UInt8(rest % 10)
            count += 1
            rest /= 10
        }
        memory[start..<count].reverse()
    }

    mutating func add(_ mark: Unicode.Scalar, _ number: Int, paddedTo width: Int = 2) {
        add(mark)
        add(number, paddedTo: width)
    }
}
