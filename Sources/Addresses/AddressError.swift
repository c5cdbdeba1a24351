/// A wrong entry of an address list, with the place of the mistake.
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
    /// Counted from 1, empty entries included.
    package let entry: Int
    /// Of the mistake in the whole list, in characters, counted from 1.
    package let column: Int
    /// The entry as it is written.
    package let text: String
}

/// Every mistake of one address list, in their order; never empty.
package struct AddressListError: Error, Equatable, Sendable {
    package let mistakes: [AddressError]

    init(mistakes: [AddressError]) {
        self.mistakes = mistakes
    }

    /// A mistake of the list as a whole.
    init(text: String, _ problem: AddressError.Problem) {
        mistakes = [AddressError(problem: problem, entry: 1, column: 1, text: text)]
    }
}
