/// An invalid entry of an address list, with the position of the error.
package struct AddressError: Error, Equatable, Sendable {
    package enum Problem: Equatable, Sendable {
        case noAddress, severalAddresses
        case noAt, severalAts, emptyLocalPart, emptyDomain, quotedLocalPart, dot, hyphen, space,
            comment
        case missingComma, missingAngles, noAddressAfterName, textAfterAddress
        case openQuote, openAngle, emptyAngle
        case semicolon, group, controlCharacter
        case addressLiteral, singleLabel, noASCIIForm, noInternationalNames
        case wrongCharacter(Character), specialCharacter(Character)
        case tooLong(limit: Int)
    }

    package let problem: Problem
    /// The number of the entry, counted from 1, including empty entries.
    package let entry: Int
    /// The column of the error in the list, in characters, counted from 1.
    package let column: Int
    /// The text of the entry.
    package let text: String
}

/// All errors of an address list, in order. Never empty.
package struct AddressListError: Error, Equatable, Sendable {
    package let errors: [AddressError]

    init(errors: [AddressError]) {
        self.errors = errors
    }

    /// Creates an error about the list as a whole.
    init(text: String, _ problem: AddressError.Problem) {
        errors = [AddressError(problem: problem, entry: 1, column: 1, text: text)]
    }
}
