/// The program `callback-gateway`.
package enum CallbackGateway {
    package static let version = "1.0.0"
}
