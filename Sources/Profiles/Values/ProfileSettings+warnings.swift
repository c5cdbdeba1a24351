extension ProfileSettings {
    /// What is allowed and yet unwise, for whoever makes or changes a profile.
    var warnings: [String] {
        guard let cipher = encryption?.cipher, cipher.repeatsNonce else { return [] }
        return [
            "\(cipher.algorithm.rawValue) with a fixed IV repeats its nonce with every value, "
                + "which gives away how values differ and lets them be forged; "
                + "\"IV\": \"random\" does not"
        ]
    }
}
