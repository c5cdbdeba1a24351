extension JSONWriter {
    mutating func write(_ number: Int) {
        if number < 0 { append("-") }
        writeDigits(number.magnitude, atLeast: 1)
    }

    /// Writes what ``JSONNumber/init(rounding:)`` has as its text.
    mutating func write(rounding number: Double) {
        let millionths = (number * 1_000_000).rounded()
        // A number of at most 15 digits is its own shortest spelling; one under 0.0001 has a power.
        guard (100..<1e15).contains(millionths) else {
            bytes += JSONNumber(rounding: number).text.utf8
            return
        }
        let (whole, fraction) = UInt(millionths).quotientAndRemainder(dividingBy: 1_000_000)
        writeDigits(whole, atLeast: 1)
        guard fraction > 0 else { return }
        append(".")
        writeDigits(fraction, atLeast: 6)
        while bytes.last == UInt8(ascii: "0") { bytes.removeLast() }
    }

    /// - Parameter count: of digits, with zeros before the number.
    private mutating func writeDigits(_ number: UInt, atLeast count: Int) {
        // No number has more digits; the last one comes first.
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var (start, rest) = (digits.count, number)
            repeat {
                start -= 1
                digits[start] = UInt8(ascii: "0") + UInt8(rest % 10)
                rest /= 10
            } while rest > 0 || digits.count - start < count
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: digits[start...]))
        }
    }
}
