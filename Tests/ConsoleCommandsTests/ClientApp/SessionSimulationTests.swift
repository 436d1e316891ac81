import AcquisitionModel
import Testing

@testable import ConsoleCommands

struct SessionSimulationTests {
    private func story(_ dialect: Dialect, seed: UInt64, steps: Int = 2000) -> [TrainerEvent] {
        let trainer = Trainer(dialect: dialect)
        var simulation = SessionSimulation(
            dialect: dialect,
            seed: seed,
            animal: trainer.status.animal,
            day: EventTime(secondsSince1970: 1_735_787_045)
        )
        return (0..<steps).map { _ in
            switch simulation.next().content {
            case .event(let event): event
            case .status: TrainerEvent(.systemStatus, trainer.status)
            }
        }
    }

    @Test(arguments: 1...10 as ClosedRange<UInt64>)
    func everyEventCarriesWhatItsKindSays(seed: UInt64) throws {
        for event in story(.current, seed: seed) {
            #expect(EventCatalogue.payloads[event.kind] != nil, "\(event.kind)")
            #expect(throws: Never.self, "\(event)") {
                try EventCatalogue.validate(context: event.context, for: event.kind)
            }
        }
    }

    @Test func theOldReleaseHearsOnlyItsOwnKinds() {
        let known = Set(ApiEventKind.published(in: .legacy).map(\.code))
        #expect(Set(story(.legacy, seed: 3).map(\.kind)).subtracting(known) == [])
    }

    @Test func theSameSeedTellsTheSameStory() {
        #expect(story(.current, seed: 5) == story(.current, seed: 5))
        #expect(story(.current, seed: 5) != story(.current, seed: 6))
    }

    @Test(arguments: 1...10 as ClosedRange<UInt64>)
    func theEventsComeInTheirOrder(seed: UInt64) throws {
        let kinds = story(.current, seed: seed).map(\.kind)
        func first(_ kind: ApiEventKind) throws -> Int { try #require(kinds.firstIndex(of: kind), "\(kind)") }
        let wanted: [ApiEventKind] = [
            .tunnelEnter, .sessionStarted, .trialStarted, .pelletLoadBegin, .pelletLoadEnd, .pelletSendBegin,
            .pelletSendEnd, .trialPelletPresented, .pelletPresentedCountChanged,
        ]
        let places = try wanted.map(first)
        #expect(places == places.sorted())
        let reached = try #require(kinds.firstIndex(of: .reachCountChanged))
        #expect(try first(.trialPelletPresented) < reached)
        #expect(try first(.trialEnded) < first(.sessionEnded))
        #expect(try first(.sessionEnded) < first(.tunnelExit))
    }

    @Test(arguments: 1...10 as ClosedRange<UInt64>)
    func trialsLieInSessionsAndSessionsInTheTunnel(seed: UInt64) {
        var (isInTunnel, isInSession, isInTrial) = (false, false, false)
        for event in story(.current, seed: seed) {
            switch event.kind {
            case .tunnelEnter:
                #expect(!isInTunnel)
                isInTunnel = true
            case .tunnelExit:
                #expect(isInTunnel && !isInSession)
                isInTunnel = false
            case .sessionStarted:
                #expect(isInTunnel && !isInSession)
                isInSession = true
            case .sessionEnded:
                #expect(isInSession && !isInTrial)
                isInSession = false
            case .trialStarted:
                #expect(isInSession && !isInTrial)
                isInTrial = true
            case .trialEnded:
                #expect(isInTrial)
                isInTrial = false
            case .trialReachEvents, .pelletLoadBegin, .trialPelletPresented, .intertrialDetectionEnd:
                #expect(isInTrial, "\(event.kind)")
            default: break
            }
        }
    }

    @Test func theCountsGrow() throws {
        for kind in [ApiEventKind.pelletPresentedCountChanged, .reachCountChanged, .pelletConsumedCountChanged] {
            var last = 0
            for event in story(.current, seed: 8) where event.kind == kind {
                let change = try CountChangeContext(json: event.context)
                #expect(change.count == last + change.change)
                #expect(change.change > 0)
                last = change.count
            }
            #expect(last > 10)
        }
    }

    @Test func somethingGoesWrongNowAndThen() {
        let kinds = Set(story(.current, seed: 2, steps: 5000).map(\.kind))
        for kind in [ApiEventKind.detectorChanged, .alarmChanged, .intertrialPelletShift, .systemStatus] {
            #expect(kinds.contains(kind), "\(kind)")
        }
    }
}
