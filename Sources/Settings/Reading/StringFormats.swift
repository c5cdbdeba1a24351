import CivilTime
import TextSupport

/// Parsers for the formats of strings and numbers in the configuration.
enum StringFormats {
    /// One visible line of text: no control characters, at most 200 bytes.
    static func line(_ text: String) throws(Problem) -> String {
        let isLine = text.utf8.count <= 200 && !text.hasControl
        guard isLine, !text.allSatisfy(\.isWhitespace) else {
            throw .form(text, expected: "one line of 1 to 200 bytes")
        }
        return text
    }

    /// Any string, for values that are parsed later.
    static func any(_ text: String) throws(Problem) -> String { text }

    static func path(_ text: String) throws(Problem) -> String {
        guard !text.isEmpty, !text.hasControl else {
            throw .form(text, expected: "the path of a file or directory")
        }
        return text
    }

    /// A time as `HH:MM` on the 24-hour clock.
    static func time(_ text: String) throws(Problem) -> TimeOfDay {
        let digits = text.split(separator: ":", omittingEmptySubsequences: false)
        guard text.utf8.count == 5, digits.count == 2,
            let hour = number(digits[0]), let minute = number(digits[1]),
            hour < 24, minute < 60
        else { throw .form(text, expected: "a time from 00:00 to 23:59") }
        return TimeOfDay(hour: hour, minute: minute)
    }

    static func dayOfMonth(_ day: Int) throws(Problem) -> Int {
        guard (1...31).contains(day) else { throw .range(day, 1...31) }
        return day
    }

    static func count(_ count: Int) throws(Problem) -> Int {
        guard count >= 0 else { throw .tooSmall(count, least: 0) }
        return count
    }

    /// A limit of at least one.
    static func limit(_ count: Int) throws(Problem) -> Int {
        guard count >= 1 else { throw .tooSmall(count, least: 1) }
        return count
    }

    static func weekday(_ text: String) throws(Problem) -> Weekday {
        if let weekday = Weekday(name: text) { return weekday }
        let names = Weekday.allCases.map(\.rawValue)
        let nearest = nearestSpelling(of: text.lowercased(), in: names)
        throw .unknownWord(text, nearest: nearest, all: names)
    }

    static func tls(_ text: String) throws(Problem) -> String {
        let words = ["required", "none"]
        if words.contains(text) { return text }
        throw .unknownWord(text, nearest: nearestSpelling(of: text, in: words), all: words)
    }

    /// The name of an environment variable, as defined by POSIX.
    static func variable(_ text: String) throws(Problem) -> String {
        guard text.wholeMatch(of: /[A-Za-z_][A-Za-z0-9_]*/) != nil else {
            throw .form(text, expected: "the name of an environment variable")
        }
        return text
    }

    /// The region in a profile ID, which is part of URLs.
    static func pod(_ text: String) throws(Problem) -> String {
        guard text.wholeMatch(of: /[A-Za-z0-9]{1,16}/) != nil else {
            throw .form(text, expected: "1 to 16 letters and digits, such as 'IN'")
        }
        return text
    }

    /// A host name for EHLO (RFC 5321 section 4.1.2).
    static func hostName(_ text: String) throws(Problem) -> String {
        let label = /[A-Za-z0-9]([A-Za-z0-9\-]{0,61}[A-Za-z0-9])?/
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        guard text.utf8.count <= 253, labels.allSatisfy({ $0.wholeMatch(of: label) != nil }) else {
            throw .form(text, expected: "a host name such as 'reports.example.com'")
        }
        return text
    }

    /// An `https` or `http` URL. Errors do not show it because the path of a monitor's URL works
    /// like a password.
    static func webURL(_ text: String) throws(Problem) -> String {
        guard try authority(of: text) != nil else {
            throw .hiddenForm(expected: "a URL that begins with https:// or http://")
        }
        return text
    }

    /// The base URL of links in mails. A trailing `/` is removed.
    static func publicURL(_ text: String) throws(Problem) -> String {
        let text = String(text.hasSuffix("/") ? text.dropLast() : text[...])
        guard let authority = try authority(of: text), !authority.rest.contains("?"),
            !authority.rest.contains("#")
        else {
            throw .form(text, expected: "a URL such as 'https://callbacks.example.com'")
        }
        return text
    }

    /// A URL for the List-Unsubscribe header: a web address or `mailto:` (RFC 2369 section 3.2).
    static func unsubscribeURL(_ text: String) throws(Problem) -> String {
        if text.lowercased().hasPrefix("mailto:"), text.contains("@"), isURL(text) {
            return text
        }
        guard text.lowercased().hasPrefix("http") else {
            throw .form(text, expected: "a URL that begins with https:// or mailto:")
        }
        return try webURL(text)
    }

    /// Returns the start of a web address, or nil if the text is not one.
    private static func authority(of text: String) throws(Problem) -> URLAuthority? {
        do throws(URLFault) {
            let authority = try URLAuthority(startOf: text)
            return isURL(text) ? authority : nil
        } catch {
            if error == .user { throw .secretURL }
            return nil
        }
    }

    /// Whether the text has only characters that need no encoding, and so cannot end a header.
    private static func isURL(_ text: String) -> Bool {
        text.utf8.allSatisfy(\.isURLByte)
            && text.split(separator: "%", omittingEmptySubsequences: false).dropFirst()
                .allSatisfy { $0.count >= 2 && $0.prefix(2).allSatisfy(\.isHexDigit) }
    }
}

/// Parses a number that consists only of ASCII digits, without sign or spaces.
func number(_ digits: Substring) -> Int? {
    digits.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(digits) : nil
}
