import Testing

@testable import AcquisitionRPC

struct AdmissionTests {
    private let start = ContinuousClock.now
    private let peer: [UInt8] = [1]

    private func enter(_ admission: inout Admission, _ peer: [UInt8], after time: Duration = .zero) -> Admission
        .Refusal?
    {
        admission.enter(peer, isUrgent: false, pending: 0, now: start + time)
    }

    @Test func countsWhatIsInFlight() {
        var admission = Admission(limits: LoadLimits(inFlightPerPeer: 2, inFlight: 3))
        let first = [enter(&admission, peer), enter(&admission, peer), enter(&admission, peer)]
        #expect(first == [nil, nil, .inFlightPerPeer(2)])
        let others = [enter(&admission, [2]), enter(&admission, [3])]
        #expect(others == [nil, .inFlight(3)])
        admission.answered(peer)
        let again = [enter(&admission, [3]), enter(&admission, peer)]
        #expect(again == [nil, .inFlight(3)])
    }

    @Test func aBucketEmptiesAndFillsAgain() {
        var admission = Admission(limits: LoadLimits(inFlightPerPeer: 1_000, commandsPerSecond: 10))
        let burst = (0..<11).map { _ in enter(&admission, peer) }
        #expect(burst == Array(repeating: nil, count: 10) + [.commandsPerSecond(10)])
        #expect(enter(&admission, [2]) == nil as Admission.Refusal?, "another connection has a bucket of its own")
        let later = [
            enter(&admission, peer, after: .milliseconds(150)), enter(&admission, peer, after: .milliseconds(160)),
        ]
        #expect(later == [nil, .commandsPerSecond(10)])
        let much = (0..<11).map { _ in enter(&admission, peer, after: .seconds(60)) }
        #expect(much.filter { $0 == nil }.count == 10, "what is not used does not pile up")
    }

    @Test func anEmergencyStopIsNeverRefused() {
        var admission = Admission(limits: LoadLimits(inFlightPerPeer: 0, inFlight: 0, commandsPerSecond: 0, pending: 0))
        #expect(enter(&admission, peer) != nil as Admission.Refusal?)
        let stop = admission.enter(peer, isUrgent: true, pending: 10, now: start)
        #expect(stop == nil)
        admission.answered(peer)
        #expect(admission.inFlight == 0)
    }

    @Test func pendingCommandsAreLimited() {
        var admission = Admission(limits: LoadLimits(pending: 5))
        let refusal = admission.enter(peer, isUrgent: false, pending: 5, now: start)
        #expect(refusal == .pending(5))
    }

    @Test func connectionsThatAskNothingAreForgotten() {
        var admission = Admission(limits: LoadLimits())
        for index in 0..<100_000 {
            let peer = withUnsafeBytes(of: index) { Array($0) }
            let refusal = admission.enter(peer, isUrgent: false, pending: 0, now: start + .milliseconds(index))
            #expect(refusal == nil)
            admission.answered(peer)
        }
        #expect(admission.peerCount < 5_000)
    }
}
