/// The algorithms that can encrypt the values of a profile.
package enum CipherAlgorithm: String, CaseIterable, Sendable {
    case aes128CFB = "AES-128-CFB"
    case aes128GCM = "AES-128-GCM"
    case aes192CFB = "AES-192-CFB"
    case aes192GCM = "AES-192-GCM"
    case aes256CFB = "AES-256-CFB"
    case aes256GCM = "AES-256-GCM"

    /// The key length in bytes. The characters of the key are used as bytes.
    package var keyLength: Int {
        switch self {
        case .aes128CFB, .aes128GCM: 16
        case .aes192CFB, .aes192GCM: 24
        case .aes256CFB, .aes256GCM: 32
        }
    }

    /// Whether the ciphertext is followed by a tag of 16 bytes.
    package var isAuthenticated: Bool {
        switch self {
        case .aes128CFB, .aes192CFB, .aes256CFB: false
        case .aes128GCM, .aes192GCM, .aes256GCM: true
        }
    }
}
