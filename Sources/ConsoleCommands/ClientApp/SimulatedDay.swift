import AcquisitionModel
import Foundation

/// A day at the simulated rig, where this machine is.
enum SimulatedDay {
    /// Its name, as rigs name the folders of their days: `20261128`.
    static func name(_ time: EventTime) -> String {
        let parts = local(time)
        let number = (Int(parts.tm_year) + 1900) * 10_000 + (Int(parts.tm_mon) + 1) * 100 + Int(parts.tm_mday)
        let digits = String(number)
        return String(repeating: "0", count: max(0, 8 - digits.count)) + digits
    }

    /// The folder of the day's recordings. Readers take the day from its end.
    static func path(_ time: EventTime) -> String { "\(ApiSystemConfiguration.simulated.dataLocation)/\(name(time))" }

    /// When it began, in seconds since 1970.
    static func midnight(_ time: EventTime) -> Double {
        var parts = local(time)
        (parts.tm_hour, parts.tm_min, parts.tm_sec) = (0, 0, 0)
        // Whether summer time was in force at midnight is for the system to find out.
        parts.tm_isdst = -1
        return Double(mktime(&parts))
    }

    private static func local(_ time: EventTime) -> tm {
        // Years with four digits.
        var seconds = time_t(min(max(time.secondsSince1970 ?? 0, -62_135_510_400), 253_402_214_400))
        var parts = tm()
        localtime_r(&seconds, &parts)
        return parts
    }
}
