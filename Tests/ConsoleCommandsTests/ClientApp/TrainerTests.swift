import AcquisitionModel
import Testing

@testable import ConsoleCommands

struct TrainerTests {
    // MARK: - Queries

    @Test func theQueriesAnswerWithTheirPayloads() throws {
        var trainer = Trainer(dialect: .current)
        let configuration = trainer.handle(ApiCommandRequest(.getConfiguration))
        #expect(try ApiSystemConfiguration(json: configuration.response.data) == trainer.configuration)
        let status = trainer.handle(ApiCommandRequest(.getStatus))
        #expect(try ApiSystemStatus(json: status.response.data) == trainer.status)
        let animals = trainer.handle(ApiCommandRequest(.getAnimals))
        #expect(try [ApiAnimalStatus](json: animals.response.data) == trainer.animals)
        for answer in [configuration, status, animals] {
            #expect(answer.response.result == .success)
            #expect(answer.events.isEmpty)
        }
    }

    @Test(arguments: [ApiCommand.startAcquisition, .stopAcquisition, ApiCommand(rawValue: 77)])
    func whatIsNoCommandIsUnrecognized(command: ApiCommand) throws {
        var trainer = Trainer(dialect: .current)
        let bytes = try ApiCommandRequest(command).encoded()
        #expect(trainer.handle(try ApiCommandRequest(bytes: bytes)) == TrainerAnswer(response: Trainer.unknown))
    }

    @Test(arguments: Dialect.allCases, [7, 90_005])
    func aUserDefinedCommandIsEchoed(_ dialect: Dialect, _ number: Int) throws {
        var trainer = Trainer(dialect: dialect)
        let given = ApiCommandRequest(.userDefined, customCommand: JSONValue(number), data: ["a": [1, "Two"]])
        let answer = trainer.handle(try ApiCommandRequest(bytes: given.encoded(), dialect: dialect))
        #expect(answer.response == .success(["customCommand": number, "data": ["a": [1, "Two"]]]))
    }

    // MARK: - Switches

    @Test(arguments: ApiCommand.published(in: .current).map(\.code).filter { $0.rawValue / 1000 == 1 })
    func everySwitchSetsOneFieldOfTheStatus(command: ApiCommand) throws {
        var trainer = Trainer(dialect: .current)
        let path = try #require(Trainer.behaviourSwitch(for: command))
        for isEnabled in [true, false, false] {
            let answer = trainer.handle(ApiCommandRequest(command, data: ["enabled": .bool(isEnabled)]))
            #expect(answer.response == .success(["enabled": .bool(isEnabled)]))
            let status = trainer.handle(ApiCommandRequest(.getStatus)).response.data
            #expect(try ApiSystemStatus(json: status)[keyPath: path] == isEnabled)
        }
        for data: JSONValue in [nil, [:], ["enabled": 1], ["enabled": "true"]] {
            let answer = trainer.handle(ApiCommandRequest(command, data: data))
            #expect(answer.response.result == .failed)
            #expect(answer.response.data == ["enabled": false])
        }
    }

    @Test func thereAreTenSwitchesOfTenFields() {
        let paths = ApiCommand.published(in: .current).compactMap { Trainer.behaviourSwitch(for: $0.code) }
        #expect(Set(paths).count == 10)
    }

    // MARK: - Modes

    @Test(arguments: [ApiApplicationMode.running, .inDevice, .inTraining])
    func aModeIsSetAtOnceAndItsChangePublished(mode: ApiApplicationMode) {
        var trainer = Trainer(dialect: .current)
        let request = ApiCommandRequest(.setApplicationMode, data: ["mode": JSONValue(mode.rawValue)])
        let inForce: JSONValue = ["mode": JSONValue(mode.rawValue)]
        let event = TrainerEvent(.applicationModeChanged, ApplicationModeContext(mode: mode))
        #expect(trainer.handle(request) == TrainerAnswer(response: .success(inForce), events: [event]))
        #expect(trainer.handle(request) == TrainerAnswer(response: .success(inForce)))
        #expect(trainer.status.applicationMode == mode)
    }

    @Test(arguments: [nil, ["mode": 7], ["mode": "running"], ["other": 100], 100] as [JSONValue])
    func whatIsNoModeFailsAndReportsTheOneInForce(data: JSONValue) {
        var trainer = Trainer(dialect: .current)
        let application = trainer.handle(ApiCommandRequest(.setApplicationMode, data: data))
        #expect(application.response.result == .failed)
        #expect(application.response.data == ["mode": 0])
        let training = trainer.handle(ApiCommandRequest(.setTrainingMode, data: data))
        #expect(training.response.result == .failed)
        #expect(training.response.data == ["mode": 100])
        #expect(application.events + training.events == [])
    }

    @Test(arguments: ApiTrainingMode.published(in: .current).map(\.code))
    func everyTrainingModeCanBeSet(mode: ApiTrainingMode) {
        var trainer = Trainer(dialect: .current)
        let answer = trainer.handle(ApiCommandRequest(.setTrainingMode, data: ["mode": JSONValue(mode.rawValue)]))
        #expect(answer.response == .success(["mode": JSONValue(mode.rawValue)]))
        let event = TrainerEvent(.trainingModeChanged, TrainingModeContext(trainingMode: mode))
        #expect(answer.events == (mode == .manual ? [] : [event]))
        #expect(trainer.status.trainingMode == mode)
    }

    // MARK: - Calibration

    static let calibrations: [(ApiApplicationMode, completed: ApiEventKind, failed: ApiEventKind)] = [
        (.calibrationDcs, .calibrationDcsCompleted, .calibrationDcsFailed),
        (.calibration3d, .calibration3dCompleted, .calibration3dFailed),
    ]

    @Test(arguments: calibrations)
    func aCalibrationIsPendingAndEnds(
        mode: ApiApplicationMode,
        completed: ApiEventKind,
        failed: ApiEventKind
    ) throws {
        var trainer = Trainer(dialect: .current)
        let data: JSONValue = ["mode": JSONValue(mode.rawValue)]
        let begun = trainer.handle(ApiCommandRequest(.setApplicationMode, data: data))
        #expect(begun.response.result == .pendingWithNotification)
        #expect(begun.events.map(\.kind) == [.applicationModeChanged])
        #expect(trainer.status.applicationMode == mode)
        let second = trainer.handle(ApiCommandRequest(.setApplicationMode, data: ["mode": 1000]))
        #expect(second.response.result == .unavailable)
        #expect(second.response.data == data)
        #expect(second.later == nil)
        let ended = trainer.finish(try #require(begun.later))
        #expect(ended.response == .success(["mode": 0]))
        #expect(ended.events.map(\.kind) == [completed, .applicationModeChanged])
        #expect(trainer.status.applicationMode == .idle)
    }

    @Test(arguments: calibrations)
    func anEmergencyStopFailsACalibration(
        mode: ApiApplicationMode,
        completed: ApiEventKind,
        failed: ApiEventKind
    ) throws {
        var trainer = Trainer(dialect: .current)
        let request = ApiCommandRequest(.setApplicationMode, data: ["mode": JSONValue(mode.rawValue)])
        let work = try #require(trainer.handle(request).later)
        let stop = trainer.handle(ApiCommandRequest(.emergencyStop))
        #expect(stop.response == .success(["reason": "RpcService"]))
        #expect(stop.events.map(\.kind) == [.emergencyStop, failed, .applicationModeChanged])
        let ended = trainer.finish(work)
        #expect(ended.response.result == .failed)
        #expect(ended.response.data == ["mode": 0])
        #expect(ended.events == [])
        #expect(trainer.handle(request).response.result == .unavailable)
        _ = trainer.handle(ApiCommandRequest(.emergencyResume))
        let again = try #require(trainer.handle(request).later)
        #expect(again != work)
        #expect(trainer.finish(work).response.result == .failed)
        #expect(trainer.finish(again).response.result == .success)
    }

    // MARK: - Emergency

    @Test(arguments: Dialect.allCases)
    func aStopAlwaysSucceedsAndAResumeOnlyAfterIt(dialect: Dialect) throws {
        var trainer = Trainer(dialect: dialect)
        let early = trainer.handle(ApiCommandRequest(.emergencyResume))
        #expect(early.response.result == .failed)
        #expect(early.events == [])
        for _ in 1...2 {
            let stop = trainer.handle(ApiCommandRequest(.emergencyStop))
            #expect(stop.response == .success(["reason": "RpcService"]))
            #expect(stop.events.map(\.kind) == [.emergencyStop])
            if dialect == .current { #expect(stop.events[0].context["reasonCode"] == 401) }
        }
        let resume = trainer.handle(ApiCommandRequest(.emergencyResume))
        #expect(resume.response == .success(["reason": "RpcService"]))
        #expect(resume.events.map(\.kind) == [.emergencyResume])
        #expect(trainer.handle(ApiCommandRequest(.emergencyResume)).response.result == .failed)
    }

    // MARK: - Release 0.9.7

    @Test func theAcquisitionOfOldStartsAndStopsLater() throws {
        var trainer = Trainer(dialect: .legacy)
        let start = ApiCommandRequest(ApiCommand.Legacy.startAcquisition)
        let stop = ApiCommandRequest(ApiCommand.Legacy.stopAcquisition)
        #expect(trainer.handle(stop).response.result == .unavailable)
        let starting = try #require(trainer.handle(start).later)
        #expect(trainer.handle(start).response.result == .unavailable)
        let started = trainer.finish(starting)
        #expect(started.response == .success())
        #expect(started.events.map(\.kind) == [ApiEventKind.Legacy.acquisitionStarted])
        #expect(try status(&trainer).appStatus == .acquiring)
        #expect(trainer.handle(start).response.result == .unavailable)
        let stopping = try #require(trainer.handle(stop).later)
        #expect(trainer.finish(stopping).events.map(\.kind) == [ApiEventKind.Legacy.acquisitionEnded])
        #expect(try status(&trainer).appStatus == .idle)
        let interrupted = try #require(trainer.handle(start).later)
        _ = trainer.handle(ApiCommandRequest(.emergencyStop))
        #expect(trainer.finish(interrupted).response.result == .failed)
        #expect(trainer.handle(start).response.result == .unavailable)
    }

    @Test func theQueriesOfOldHaveTheirPayloads() throws {
        var trainer = Trainer(dialect: .legacy)
        let configuration = trainer.handle(ApiCommandRequest(.getConfiguration)).response.data
        #expect(try LegacyConfiguration(json: configuration).deviceId == trainer.configuration.deviceId)
        #expect(configuration["applicationVersion"] == nil)
        #expect(try status(&trainer) == trainer.legacyStatus)
        for command in [ApiCommand.getAnimals, .setApplicationMode, .setAutoClampEnabled] {
            let answer = trainer.handle(ApiCommandRequest(command, data: ["mode": 0, "enabled": true]))
            #expect(answer.response == Trainer.unknown)
        }
    }

    private func status(_ trainer: inout Trainer) throws -> LegacyStatus {
        try LegacyStatus(json: trainer.handle(ApiCommandRequest(.getStatus)).response.data)
    }

    // MARK: - Events

    @Test func theStatusFollowsTheEvents() {
        var trainer = Trainer(dialect: .current)
        trainer.observe(TrainerEvent(.tunnelGateOpenEnd, CommandContext(context: "")))
        let trial = TrialStartedContext(sessionId: "s9", trialId: 4, reason: "")
        trainer.observe(TrainerEvent(.trialStarted, trial))
        trainer.observe(TrainerEvent(.reachCountChanged, CountChangeContext(change: 2, count: 12)))
        let total = trainer.status.animal?.reachStatusTotal.reaches ?? 0
        trainer.observe(TrainerEvent(.dayReachCountChanged, CountChangeContext(change: 2, count: 12)))
        let detector = ApiDetectorStatus(detectorId: .frontDoor, isActive: true, isEnabled: true)
        trainer.observe(TrainerEvent(.detectorChanged, detector))
        #expect(trainer.status.tunnelDevice.isGateOpen)
        #expect(trainer.status.project.sessionId == "s9")
        #expect(trainer.status.project.trialId == 4)
        #expect(trainer.status.behavior.reaches.reaches == 12)
        #expect(trainer.status.animal?.reachStatusDay.reaches == 12)
        #expect(trainer.status.animal?.reachStatusTotal.reaches == total + 2)
        #expect(trainer.animals.first == trainer.status.animal)
        #expect(trainer.status.detectors.filter { $0.detectorId == .frontDoor } == [detector])
    }
}
