import AcquisitionModel
import Testing

/// The answers to GET_STATUS, GET_CONFIGURATION and GET_ANIMALS against the catalogues.
struct StatusTests {
    static let types: [(dialect: Dialect, type: String, swift: any (WireCodable & Sendable).Type)] = [
        (.current, "ApiSystemStatus", ApiSystemStatus.self),
        (.current, "ApiSystemConfiguration", ApiSystemConfiguration.self),
        (.current, "ApiAnimalStatus", ApiAnimalStatus.self),
        (.current, "ApiReachStatus", ApiReachStatus.self),
        (.current, "ApiAlarmStatus", ApiAlarmStatus.self),
        (.current, "ApiDetectorStatus", ApiDetectorStatus.self),
        (.current, "ApiProjectStatus", ApiProjectStatus.self),
        (.current, "ApiPelletDeviceStatus", ApiPelletDeviceStatus.self),
        (.current, "ApiTunnelDeviceStatus", ApiTunnelDeviceStatus.self),
        (.current, "ApiBehaviorStatus", ApiBehaviorStatus.self),
        (.legacy, "StatusResponse", LegacyStatus.self),
        (.legacy, "ConfigurationResponse", LegacyConfiguration.self),
    ]

    @Test(arguments: types.indices)
    func keepsFieldsInTheirOrder(_ index: Int) throws {
        let (dialect, type, swift) = Self.types[index]
        let shape = try Catalogue(dialect).shape(ofType: type)
        #expect("\(swift)" == Catalogue.swiftName(type))
        for nulls in [false, true] {
            let onTheWire = shape.sample(nulls: nulls, spell: KeyCase.camelize)
            for json in [onTheWire, shape.sample(nulls: nulls) { $0 }] {
                #expect(String(decoding: try swift.init(json: json).encoded(), as: UTF8.self) == onTheWire.description)
            }
        }
    }

    /// What the catalogue gives a default may be missing, and comes back as the default.
    @Test(arguments: types.indices)
    func fillsInTheDefaults(_ index: Int) throws {
        let (dialect, type, swift) = Self.types[index]
        let catalogue = try Catalogue(dialect)
        let fields = try #require(catalogue.json["dataclasses"]?[type]?["fields"]?.array)
        var given = JSONObject()
        var expected = JSONObject()
        for field in fields {
            let key = KeyCase.camelize(try #require(field["name"]?.string))
            if let fallback = field["default"] {
                expected.set(key, to: fallback)
            } else {
                let sample = try catalogue.shape(ofType: try #require(field["type"]?.string)).sample(
                    spell: KeyCase.camelize
                )
                given.set(key, to: sample)
                expected.set(key, to: sample)
            }
        }
        let text = String(decoding: try swift.init(json: .object(given)).encoded(), as: UTF8.self)
        #expect(text == JSONValue.object(expected).description)
    }

    @Test func theInitializersHaveTheSameDefaults() throws {
        #expect(try ApiReachStatus() == ApiReachStatus(json: [:]))
        #expect(
            try ApiAlarmStatus(alarmId: .thrashing, isActive: true, isEnabled: false)
                == ApiAlarmStatus(json: ["alarmId": 301, "isActive": true, "isEnabled": false])
        )
        #expect(try ApiTunnelDeviceStatus(magnetIntensity: 1) == ApiTunnelDeviceStatus(json: ["magnetIntensity": 1]))
        #expect(
            try ApiPelletDeviceStatus(dcsSendX: 1, dcsSendY: 2, dcsSendZ: 3)
                == ApiPelletDeviceStatus(json: ["dcs_send_x": 1, "dcs_send_y": 2, "dcs_send_z": 3])
        )
        #expect(
            try ApiBehaviorStatus(baselineMagnetIntensity: 1, reaches: ApiReachStatus())
                == ApiBehaviorStatus(json: ["baselineMagnetIntensity": 1, "reaches": [:]])
        )
    }

    @Test func unknownModesSurvive() throws {
        let status = try LegacyStatus(json: ["appStatus": 77, "trainingMode": 78, "animalId": ""])
        #expect(try status.json() == ["appStatus": 77, "trainingMode": 78, "animalId": ""])
    }
}
