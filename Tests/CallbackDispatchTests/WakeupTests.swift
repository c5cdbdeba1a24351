import CallbackDispatch
import Glibc
import Synchronization
import TestSupport
import Testing

@Suite struct WakeupTests {
    private let bell: Wakeup

    init() throws {
        bell = try Wakeup()
    }

    private func isRung(within milliseconds: Int32 = 0) -> Bool {
        var wanted = pollfd(fd: bell.readable, events: Int16(POLLIN), revents: 0)
        return poll(&wanted, 1, milliseconds) == 1
    }

    @Test func ringsUntilItIsSilenced() {
        #expect(!isRung())
        for _ in 1...3 {
            bell.signal()
            bell.signal()
            #expect(isRung() && isRung())
            bell.silence()
            #expect(!isRung())
        }
    }

    @Test func tellsOfEverythingThatWasThereBeforeItRang() {
        let (count, last) = (Counter(), 1_000_000)
        _ = OwnThread { [bell] in
            for number in 1...last {
                count.value.store(number, ordering: .relaxed)
                bell.signal()
            }
        }
        while count.value.load(ordering: .relaxed) < last {
            let isRung = isRung(within: 5000)
            #expect(isRung)
            guard isRung else { break }
            bell.silence()
        }
    }

    private final class Counter: Sendable {
        let value = Atomic(0)
    }
}
