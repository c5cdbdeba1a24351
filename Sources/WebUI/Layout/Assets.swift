import Encryption
import HTTPServer

/// The style sheet and icon of the pages.
enum Assets {
    /// The address contains a digest of the content, so browsers can cache it forever.
    static let styleAddress =
        Address.of(.style) + "?"
        + Token.hexadecimal(Array(Digests.sha256(PackageResources.style_css).prefix(8)))

    static let style = answer(PackageResources.style_css, "text/css; charset=utf-8")
    static let icon = answer(PackageResources.icon_svg, "image/svg+xml")

    private static func answer(_ bytes: [UInt8], _ type: String) -> Response {
        Response(
            status: 200,
            headers: [
                .init("Content-Type", type),
                .init("Content-Security-Policy", "default-src 'none'"),
                .init("Cache-Control", "public, max-age=31536000, immutable"),
                .init("X-Content-Type-Options", "nosniff"),
            ], body: bytes)
    }
}
