/// Makes what EXPINFO says.
///
/// Controllers read fixed members from every EXPINFO, whoever it comes from, by exactly these names: iblrig cannot begin a
/// session where `main_sync` is missing.
struct RigInfo: Sendable, Hashable {
    /// The members that the configuration gives.
    let fixed: JSONObject

    /// Whether this rig decides which experiment it is.
    var isMainSync: Bool { fixed.value(ofExactly: "main_sync")?.bool ?? false }

    /// What the process says of itself, with the fixed members, the `status`, and the experiment as `exp_ref`.
    ///
    /// - Parameters:
    ///   - said: what the process, or a rule of the configuration, says.
    ///   - experiment: the one that a controller named.
    ///   - proposal: the one that a main sync would begin next.
    func data(
        _ said: JSONValue,
        status: ExpStatus,
        experiment: RigExperiment?,
        proposal: RigExperiment? = nil
    ) -> JSONValue {
        var members = said.object ?? JSONObject()
        if said.object == nil, !said.isNull { members.set("data", to: said) }
        // The process may know which experiment it is, under either spelling.
        let own = said.object?["expRef"]
        for member in fixed.members { members.set(member.key, to: member.value) }
        let named = experiment.map { JSONValue.string($0.text) }
        let known = [named, fixed.value(ofExactly: "exp_ref"), own].compactMap(\.self).first { !$0.isNull }
        members.set("exp_ref", to: known ?? proposal.map { .string($0.text) } ?? .null)
        members.set("status", to: JSONValue(status.rawValue))
        return .object(members)
    }
}
