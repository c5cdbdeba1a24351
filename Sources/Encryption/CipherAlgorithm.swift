/// The six ways in which a profile's values can be encrypted.
package enum CipherAlgorithm: String, CaseIterable, Sendable {
    case aes128CFB = "AES-128-CFB"
    case aes128GCM = "AES-128-GCM"
    case aes192CFB = "AES-192-CFB"
    case aes192GCM = "AES-192-GCM"
    case aes256CFB = "AES-256-CFB"
    case aes256GCM = "AES-256-GCM"

    /// In bytes, which are the key's characters themselves.
    package var keyLength: Int {
        switch self {
        case .aes128CFB, .aes128GCM: 16
        case .aes192CFB, .aes192GCM: 24
        case .aes256CFB, .aes256GCM: 32
        }
    }

    /// Whether a tag of 16 bytes follows the ciphertext.
    package var isAuthenticated: Bool {
        switch self {
        case .aes128CFB, .aes192CFB, .aes256CFB: false
        case .aes128GCM, .aes192GCM, .aes256GCM: true
        }
    }
}
