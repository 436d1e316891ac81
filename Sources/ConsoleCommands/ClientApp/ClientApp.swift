import AcquisitionRPC
import ArgumentParser

/// The program `client-app`.
public enum ClientApp {
    /// Runs the program with the arguments of this process, and ends the process with its exit status.
    public static func main() async {
        DescriptorLimit.raise()
        await ClientAppCommand.main()
    }
}
