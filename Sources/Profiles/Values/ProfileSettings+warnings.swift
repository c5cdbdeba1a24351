extension ProfileSettings {
    /// Warnings about settings that are allowed but unsafe.
    package var warnings: [String] {
        guard let cipher = encryption?.cipher, cipher.repeatsNonce else { return [] }
        return [
            "\(cipher.algorithm.rawValue) with a fixed IV reuses its nonce for every value, "
                + "which reveals how values differ and allows forgery; "
                + "use \"IV\": \"random\""
        ]
    }
}
