extension JSONWriter {
    mutating func write(_ number: Int) {
        if number < 0 { append("-") }
        writeDigits(number.magnitude, atLeast: 1)
    }

    /// Writes the text of ``JSONNumber/init(rounding:)``.
    mutating func write(rounding number: Double) {
        let millionths = (number * 1_000_000).rounded()
        // A number of up to 15 digits is its own shortest spelling. Numbers below 0.0001 have an
        // exponent.
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

    /// Writes a number.
    ///
    /// - Parameters:
    ///   - number: the number.
    ///   - count: the minimum number of digits. The number is padded with zeros.
    private mutating func writeDigits(_ number: UInt, atLeast count: Int) {
        // No number has more digits. The last digit is produced first.
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
