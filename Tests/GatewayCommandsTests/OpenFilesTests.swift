import Testing

@testable import GatewayCommands

/// Clients can never use up the open files.
@Suite struct OpenFilesTests {
    @Test(arguments: [256, 512, 1024, 4096, 8192, 1 << 20])
    func reservesFilesForTheDatabaseAndSending(limit: Int) {
        let files = OpenFiles(limit: limit)
        #expect(files.serving + files.sending <= limit - 160)
        #expect(files.sending >= 32 && files.serving >= 64)
        #expect(files.serving <= 4096 && files.sending <= 512)
    }

    @Test func servesManyConnectionsIfTheSystemAllowsThem() {
        #expect(OpenFiles(limit: 4096 + 512 + 160) == OpenFiles(limit: 1 << 30))
        #expect(OpenFiles(limit: 1 << 30).serving == 4096)
    }

    @Test(arguments: [-1, 0, 3, 64, 160]) func dividesSmallLimits(limit: Int) {
        let files = OpenFiles(limit: limit)
        #expect(files.serving == 64 && files.sending == 32)
    }
}
