import AcquisitionModel
import Logging
import Synchronization

/// Fields that programs with a strict reader take for a number, never for `null`.
///
/// NaN and the infinities go out as `null`, as the Python package sends them from release 0.9.14 on. The service that
/// runs beside every Mouse-GYM rig reads these fields into plain doubles: one `null`, and the whole message is lost to
/// it. What it reads with more patience (`pelletDevice`, `magnetIntensity`, `targetYLimit`) is not here.
enum NullNumbers {
    /// A field by the keys that lead to it; `*` stands for each element of a list.
    typealias Path = [String]

    /// The fields in the context of an event.
    static func paths(of kind: ApiEventKind) -> [Path] { events[kind] ?? [] }

    /// The fields in the data of a reply.
    static func paths(of command: ApiCommand) -> [Path] {
        // Asked for every reply: no table for two.
        switch command {
        case .getStatus: status
        case .getAnimals: animals
        default: []
        }
    }

    /// Which of the fields are `null` in `json`, by name.
    static func nulls(at paths: [Path], in json: JSONValue) -> [String] {
        paths.filter { isNull($0[...], in: json) }.map { path in
            path.reduce(into: "") { $0 += $1 == "*" ? "[]" : $0.isEmpty ? $1 : ".\($1)" }
        }
    }

    private static func isNull(_ path: ArraySlice<String>, in json: JSONValue) -> Bool {
        guard let step = path.first else { return json.isNull || json.double?.isFinite == false }
        let rest = path.dropFirst()
        if step == "*" { return json.array?.contains { isNull(rest, in: $0) } ?? false }
        return json[step].map { isNull(rest, in: $0) } ?? false
    }

    private static let animal: [Path] = [["dcsSendX"], ["dcsSendY"], ["dcsSendZ"]]
    private static let animals: [Path] = animal.map { ["*"] + $0 }
    private static let status: [Path] = animal.map { ["animal"] + $0 } + [["behavior", "baselineMagnetIntensity"]]

    private static func vector(_ key: String) -> [Path] { ["x", "y", "z"].map { [key, $0] } }

    private static let reaches: [Path] = ["reachEvents", "otherEvents", "handEvents"].map {
        ["responseData", $0, "*", "delaySincePresented"]
    }

    private static let events: [ApiEventKind: [Path]] = [
        .systemStatus: status,
        .pelletDriftReset: vector("drift"),
        .headfixBaselineChanged: [["baseline"]],
        .autoClampIntensityChanged: [["intensity"]],
        .autoClampReleaseToneFreqChanged: [["frequency"]],
        .autoClampReleaseDelayChanged: [["delay"]],
        .autoClampEngaged: [["intensity"]],
        .autoClampPreDisengage: [["intensity"]],
        .autoClampPlayReleaseTone: [["frequency"], ["duration"]],
        .autoClampDisengaged: [["intensity"]],
        .intertrialResponse: reaches + [["responseData", "rhMaxVpList", "*", "*"]],
        .dayStarted: [["date"]],
        .trialReachEvents: [["trialReachEvents", "*", "delaySincePresented"]],
        .intertrialPelletShift: vector("shift"),
        .animalCreated: animal,
        .animalUpdated: animal,
        .animalSelected: animal,
    ]
}

/// Says once for each field that it went out as `null` where strict readers expect a number.
final class NullNumberLog: Sendable {
    private let said = Mutex<Set<String>>([])

    /// Which of the fields of `subject` nobody has been told of yet.
    func news(_ fields: [String], of subject: String) -> [String] {
        guard !fields.isEmpty else { return [] }
        return said.withLock { said in fields.filter { said.insert("\(subject) \($0)").inserted } }
    }
}

extension TransportRpcService {
    /// Warns of an event that was published with `null` where strict readers expect a number. Costs a comparison where the
    /// event has no `null`.
    @inline(__always)
    func noteNulls(in buffers: borrowing Buffers, of kind: ApiEventKind) {
        // Release 0.9.7 wrote NaN; its readers are as patient.
        guard buffers.message.nullCount > 0, options.dialect == .current else { return }
        noteNulls(in: buffers.message, of: kind)
    }

    @inline(never)
    private func noteNulls(in message: borrowing JSONWriter, of kind: ApiEventKind) {
        let paths = NullNumbers.paths(of: kind)
        guard !paths.isEmpty, let context = try? JSONReader.read(message.bytes)["context"] else { return }
        warn(NullNumbers.nulls(at: paths, in: context), of: "\(kind)")
    }

    /// Warns of data in a reply or a result that has `null` where strict readers expect a number.
    func noteNulls(in data: JSONValue, to command: ApiCommand) {
        let paths = NullNumbers.paths(of: command)
        guard !paths.isEmpty, options.dialect == .current else { return }
        warn(NullNumbers.nulls(at: paths, in: data), of: "\(command)")
    }

    private func warn(_ fields: [String], of subject: String) {
        for field in nullNumbers.news(fields, of: subject) {
            logger.warning(
                "A number went out as null, since it was NaN, infinite or null; strict readers lose the whole message",
                metadata: ["of": "\(subject)", "field": "\(field)"]
            )
        }
    }
}
