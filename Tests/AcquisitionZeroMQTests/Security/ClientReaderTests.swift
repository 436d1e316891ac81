import AcquisitionRPC
import Dispatch
import Logging
import Synchronization
import TestSupport
import Testing
import ZeroMQ

@testable import AcquisitionZeroMQ

/// What a look-up is worth, and what it costs, while the folder of keys hangs.
@Suite(.enabled(if: Library.has("curve")), .timeLimit(.minutes(1)))
struct ClientReaderTests {
    /// Files that hang where they are told to, as on a network that is gone.
    private final class HangingFiles: ClientSource {
        private let contents = Mutex(ClientDirectory.Contents())
        private let isHanging = Mutex(false)
        private let hanging = DispatchSemaphore(value: 0)
        private let release = DispatchSemaphore(value: 0)

        func watch() -> ChangeWatch? { nil }

        func read() -> (contents: ClientDirectory.Contents, problems: [CertificateError])? {
            if isHanging.withLock({ $0 }) {
                hanging.signal()
                release.wait()
            }
            return (contents.withLock { $0 }, [])
        }

        func set(_ key: CurveKey, _ role: PeerRole?) {
            let client = role.map { AuthorizedClient(user: "ann", role: $0, key: key.z85) }
            contents.withLock { $0.clients[key] = client }
        }

        func hang() { isHanging.withLock { $0 = true } }
        func waitUntilHanging() { hanging.wait() }
        func answer() {
            isHanging.withLock { $0 = false }
            release.signal()
        }
    }

    private let files = HangingFiles()
    private let key: CurveKey
    private let stranger: CurveKey
    private let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    init() throws {
        key = try CurveKeyPair().publicKey
        stranger = try CurveKeyPair().publicKey
        files.set(key, .operator)
    }

    private func registry(lastKnown: Duration = .seconds(30)) -> ClientRegistry {
        // A machine that is slow must not make the files seem to hang before they do.
        let limits = ClientCache.Limits(
            patience: .milliseconds(50),
            handshakePatience: .milliseconds(100),
            lastKnown: lastKnown
        )
        let registry = ClientRegistry(ClientReader(files, limits: limits, logger: silent))
        let deadline = ContinuousClock.now + .seconds(10)
        while registry.client(key) == nil, ContinuousClock.now < deadline {}
        return registry
    }

    private func time(_ body: () -> Void) -> Duration { ContinuousClock().measure(body) }

    @Test func whoWasKnownGoesOnAndNobodyComesIn() {
        let registry = registry()
        files.hang()
        let first = time {
            guard case .client(let client) = registry.standing(of: key) else {
                Issue.record("what was known last counts")
                return
            }
            #expect(client.user == "ann" && client.role == .operator)
        }
        #expect(first >= .milliseconds(50) && first < .seconds(1))
        files.waitUntilHanging()
        // No further command waits.
        let next = time { for _ in 0..<1_000 { #expect(registry.standing(of: key) != .nobody) } }
        #expect(next < .seconds(1))
        #expect(registry.standing(of: stranger) == .nobody)
        let handshake = time { #expect(registry.admits(key) == nil) }
        #expect(handshake < .seconds(1))
        files.answer()
    }

    @Test func whatWasKnownLongAgoIsNotEnough() {
        let registry = registry(lastKnown: .zero)
        files.hang()
        #expect(registry.standing(of: key) == .expired(user: "ann"))
        #expect(registry.standing(of: stranger) == .nobody)
        files.waitUntilHanging()
        files.answer()
    }

    @Test func whoIsRevokedMeanwhileIsGoneAsSoonAsTheFilesAnswer() {
        let registry = registry()
        files.hang()
        #expect(registry.standing(of: key) != .nobody)
        files.waitUntilHanging()
        files.set(key, nil)
        files.answer()
        let deadline = ContinuousClock.now + .seconds(10)
        while registry.standing(of: key) != .nobody, ContinuousClock.now < deadline {}
        #expect(registry.standing(of: key) == .nobody)
        #expect(registry.admits(key) == false)
    }

    @Test func theEndDoesNotWaitForFilesThatHang() {
        let registry = registry()
        files.hang()
        _ = registry.standing(of: key)
        files.waitUntilHanging()
        #expect(time { registry.close() } < .milliseconds(500))
        files.answer()
    }
}

/// The decisions, without a file, a clock or a thread.
struct ClientCacheTests {
    private let start = ContinuousClock.now
    private let limits = ClientCache.Limits()

    private func look(_ cache: inout ClientCache, _ isQuiet: Bool, after time: Duration) -> ClientCache.Step {
        cache.look(at: start + time, isQuiet: isQuiet, within: limits.patience)
    }

    @Test func whereTheSystemTellsOfChangesNobodyIsAskedForASecond() {
        var cache = ClientCache(limits: limits)
        let first = look(&cache, false, after: .zero)
        #expect(first == .ask(1) && cache.mustRead)
        let reading = cache.begin(at: start)
        _ = cache.end(reading, ClientDirectory.Contents(), at: start + .milliseconds(1))
        #expect(cache.hasAnswered(1) && !cache.mustRead)
        let steps = [
            look(&cache, true, after: .milliseconds(999)), look(&cache, false, after: .milliseconds(999)),
            look(&cache, true, after: .milliseconds(1_000)),
        ]
        #expect(steps == [.known, .ask(2), .ask(3)])
    }

    /// What was read before it was asked for may be old.
    @Test func aReadingAnswersOnlyWhatWasAskedBefore() {
        var cache = ClientCache(limits: limits)
        _ = look(&cache, false, after: .zero)
        let reading = cache.begin(at: start)
        let second = look(&cache, false, after: .milliseconds(1))
        _ = cache.end(reading, nil, at: start + .milliseconds(2))
        #expect(second == .ask(2) && !cache.hasAnswered(2) && cache.mustRead)
    }

    @Test func whoComesWhileTheFilesHangDoesNotWait() {
        var cache = ClientCache(limits: limits)
        _ = look(&cache, false, after: .zero)
        let steps = [49, 50, 5_000].map { look(&cache, false, after: .milliseconds($0)) }
        #expect(steps == [.ask(2), .late, .late])
        let handshake = cache.look(at: start + .milliseconds(100), isQuiet: false, within: .milliseconds(500))
        #expect(handshake == .ask(3))
    }

    @Test func silenceIsToldOnceAndItsEndToo() {
        var cache = ClientCache(limits: limits)
        _ = look(&cache, false, after: .zero)
        let told = [999, 1_000, 2_000].map { cache.mustTell(at: start + .milliseconds($0)) }
        #expect(told == [false, true, false])
        let reading = cache.begin(at: start)
        let isNews = cache.end(reading, nil, at: start + .seconds(3))
        let reading2 = cache.begin(at: start)
        let isNewsAgain = cache.end(reading2, nil, at: start + .seconds(4))
        #expect(isNews && !isNewsAgain)
    }
}
