import AcquisitionZeroMQ
import Foundation
import Histogram
import Logging
import Synchronization
import ZeroMQ

/// The service as the driver measures it, in a process of its own.
///
///     ours serve                                 answers at once; command 130 blocks its thread for a second
///     ours soak RATE LEAK                        serves, and publishes RATE events a second; forgets LEAK bytes a second
///     ours publish SAMPLE SECONDS                publishes as fast as it can, after a line on standard input
///     ours cost SAMPLE COUNT THREADS             what one call costs its caller, after a line on standard input
///     ours allocations SAMPLE COUNT              what calls allocate; needs CountingAllocator before malloc
///     ours stops COUNT                           what stop() takes, each time with a subscriber that never reads
///     ours size SAMPLE                           the size of such a message in bytes
///
/// A sample is `small` and `status` (typed events), `bytes` and `data` (written before), or `codable` (as `small`, by `Codable`).
@main
enum Ours {
    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst()
        switch (arguments.first, Array(arguments.dropFirst())) {
        case ("serve", _): try await serve()
        case ("soak", let rest) where rest.count == 2:
            try await soak(rate: Int(rest[0]) ?? 1, leak: Int(rest[1]) ?? 0)
        case ("publish", let rest) where rest.count == 2:
            try publish(Sample(rest[0]), seconds: Double(rest[1]) ?? 1)
        case ("cost", let rest) where rest.count == 3:
            try cost(Sample(rest[0]), count: Int(rest[1]) ?? 1, threads: Int(rest[2]) ?? 1)
        case ("allocations", let rest) where rest.count == 2:
            try allocations(Sample(rest[0]), count: Int(rest[1]) ?? 1)
        case ("stops", let rest) where rest.count == 1: try await stops(count: Int(rest[0]) ?? 1)
        case ("size", let rest) where rest.count == 1: say("\(try Sample(rest[0]).bytes.count)")
        default:
            FileHandle.standardError.write(Data("usage: see the head of Ours.swift\n".utf8))
            exit(64)
        }
    }

    private static func start() throws -> any RpcService {
        var logger = Logger(label: "ours")
        logger.logLevel = .error
        let options = RpcOptions(subscriberPort: 0, commandPort: 0)
        guard let service = createApiService(ApiOptions(rpc: options), logger: logger) else { exit(1) }
        service.setDelegate { request in
            if request.command == .setTrainingMode { usleep(1_000_000) }
            return .success(["applicationMode": 100, "trainingMode": 100])
        }
        try service.start()
        return service
    }

    private static func ready(_ service: any RpcService) {
        let endpoints = service.endpoints
        let subscriber = endpoints?.subscriber.first ?? ""
        let command = endpoints?.command.first ?? ""
        say(#"{"ready":true,"subscriber":"\#(subscriber)","command":"\#(command)"}"#)
    }

    private static func say(_ line: String) {
        FileHandle.standardOutput.write(Data((line + "\n").utf8))
    }

    private static func serve() async throws {
        let service = try start()
        ready(service)
        while readLine() != nil {}
        await service.stop()
    }

    /// Each event carries its number and the time at which it was published, so that who hears it knows what it missed
    /// and how late it is.
    private static func soak(rate: Int, leak: Int) async throws {
        let service = try start()
        ready(service)
        // The driver's end is ours.
        Thread.detachNewThread {
            while readLine() != nil {}
            exit(0)
        }
        Thread.detachNewThread { publish(rate: rate, leak: leak, service) }
        while true { try await Task.sleep(for: .seconds(3600)) }
    }

    private static func publish(rate: Int, leak: Int, _ service: any RpcService) {
        var forgotten: [[UInt8]] = []
        let start = DispatchTime.now().uptimeNanoseconds
        for number in 0... {
            let due = start + UInt64(number) * 1_000_000_000 / UInt64(rate)
            let now = DispatchTime.now().uptimeNanoseconds
            if due > now { usleep(UInt32((due - now) / 1000) + 1) }
            let sent = Int(DispatchTime.now().uptimeNanoseconds)
            try? service.sendEvent(.protocolEvent, ["number": JSONValue(number), "sent": JSONValue(sent)])
            if leak > 0, number.isMultiple(of: rate) { forgotten.append([UInt8](repeating: 1, count: leak)) }
        }
    }

    private static func publish(_ sample: Sample, seconds: Double) throws {
        let service = try start()
        ready(service)
        _ = readLine()
        let clock = ContinuousClock()
        let begin = clock.now
        let end = begin + .seconds(seconds)
        var sent = 0
        while clock.now < end {
            for _ in 0..<64 { try sample.send(service) }
            sent += 64
        }
        say(#"{"sent":\#(sent),"seconds":\#((clock.now - begin) / .seconds(1))}"#)
        service.stop()
    }

    private static func allocations(_ sample: Sample, count: Int) throws {
        guard let symbol = dlsym(dlopen(nil, RTLD_NOW), "allocation_count") else { exit(1) }
        let allocationCount = unsafeBitCast(symbol, to: (@convention(c) () -> UInt).self)
        let service = try start()
        var before: UInt = 0
        // The first calls prepare what later ones reuse.
        for round in 0..<(count + 100) {
            if round == 100 { before = allocationCount() }
            try sample.send(service)
        }
        say(#"{"each":\#(Double(allocationCount() - before) / Double(count))}"#)
        service.stop()
    }

    private static func stops(count: Int) async throws {
        var histogram = Histogram<UInt64>(highestTrackableValue: 10_000_000_000, numberOfSignificantValueDigits: .three)
        let text = String(repeating: "x", count: 20_000)
        for _ in 0..<count {
            let service = try start()
            let subscriber = try Context.shared.socket(.sub)
            try subscriber.set(.receiveHighWaterMark, to: 1)
            try subscriber.set(.linger, to: .zero)
            try subscriber.subscribe()
            let monitor = try SocketMonitor(subscriber)
            try subscriber.connect(service.endpoints?.subscriber.first ?? "")
            while try monitor.receive().kind != .handshakeSucceeded {}
            monitor.close()
            for _ in 0..<1_000 { try service.sendString(.event, text) }
            let begin = DispatchTime.now().uptimeNanoseconds
            await service.stop()
            histogram.record(DispatchTime.now().uptimeNanoseconds - begin)
            subscriber.close()
        }
        let quantiles = [50.0, 99.0, 99.9].map { histogram.valueAtPercentile($0) }
        say(#"{"p50":\#(quantiles[0]),"p99":\#(quantiles[1]),"p999":\#(quantiles[2])}"#)
    }

    private static func cost(_ sample: Sample, count: Int, threads: Int) throws {
        let service = try start()
        ready(service)
        _ = readLine()
        // A subscriber that never reads is full by then: what it costs before that is the cost of sending.
        for _ in 0..<60_000 { try sample.send(service) }
        let histograms = Mutex<[Histogram<UInt64>]>([])
        let group = DispatchGroup()
        for _ in 0..<threads {
            group.enter()
            Thread.detachNewThread {
                var histogram = Histogram<UInt64>(
                    highestTrackableValue: 10_000_000_000,
                    numberOfSignificantValueDigits: .three
                )
                for _ in 0..<count {
                    let begin = DispatchTime.now().uptimeNanoseconds
                    try? sample.send(service)
                    histogram.record(DispatchTime.now().uptimeNanoseconds - begin)
                }
                histograms.withLock { $0.append(histogram) }
                group.leave()
            }
        }
        group.wait()
        let worst = histograms.withLock { all in
            [50.0, 99.0, 99.9].map { quantile in all.map { $0.valueAtPercentile(quantile) }.max() ?? 0 }
        }
        say(#"{"p50":\#(worst[0]),"p99":\#(worst[1]),"p999":\#(worst[2])}"#)
        service.stop()
    }
}

/// What `TrialStartedContext` has, left to `Codable`.
struct CodableTrial: CodablePayload {
    var sessionId: String
    var trialId: Int
    var reason: String
}

/// What is published.
enum Sample: String, Sendable {
    case small, status, bytes, data, codable

    init(_ name: String) { self = Sample(rawValue: name) ?? .small }

    static let trial = TrialStartedContext(
        sessionId: "2026-11-20_session_0001",
        trialId: 128,
        reason: "animal entered the tunnel and was seen"
    )
    /// The same members, written by `Codable`.
    static let codableTrial = CodableTrial(
        sessionId: trial.sessionId,
        trialId: trial.trialId,
        reason: trial.reason
    )
    static let codableTrialStarted = ApiEventType<CodableTrial>(.trialStarted)
    static let encodedData = Data(encoded)
    static let encoded: [UInt8] = (try? sample(.trialStarted, trial)) ?? []
    static let systemStatus = ApiSystemStatus(
        applicationMode: .running,
        trainingMode: .automatic,
        animal: nil,
        project: ApiProjectStatus(dayPath: "/data/2026-11-20", trialId: 128, sessionId: "2026-11-20_session_0001"),
        alarms: [ApiAlarmKind.externalDoors, .animalMissing, .thrashing, .systemFault].map {
            ApiAlarmStatus(alarmId: $0, isActive: false, isEnabled: true)
        },
        detectors: [ApiDetectorKind.frontDoor, .slidingDoor, .loadCellThrash, .audioThrash, .pelletMisplaced].map {
            ApiDetectorStatus(detectorId: $0, isActive: false, isEnabled: true)
        },
        pelletDevice: ApiPelletDeviceStatus(dcsSendX: 12.5, dcsSendY: -3.25, dcsSendZ: 41.125),
        tunnelDevice: ApiTunnelDeviceStatus(magnetIntensity: 0.4),
        behavior: ApiBehaviorStatus(baselineMagnetIntensity: 0.4, reaches: ApiReachStatus())
    )

    func send(_ service: any RpcService) throws {
        switch self {
        case .small: try service.sendEvent(.trialStarted, Self.trial)
        case .status: try service.sendEvent(.systemStatus, Self.systemStatus)
        case .bytes: try service.send(.event, Self.encoded)
        case .data: try service.send(.event, Self.encodedData)
        case .codable: try service.sendEvent(Self.codableTrialStarted, Self.codableTrial)
        }
    }

    var bytes: [UInt8] {
        get throws {
            switch self {
            case .small, .bytes, .data, .codable: Self.encoded
            case .status: try Self.sample(.systemStatus, Self.systemStatus)
            }
        }
    }

    private static func sample<Payload>(_ type: ApiEventType<Payload>, _ payload: Payload) throws -> [UInt8] {
        try ApiEvent(type, payload, index: 1_795_213_759_046_627_328).encoded()
    }
}
