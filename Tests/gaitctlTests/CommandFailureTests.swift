import ArgumentParser
import Datasets
import GaitModels
import Perception
import Testing

@testable import gaitctl

struct CommandFailureTests {
    @Test("errors of modules become exit statuses: 1 for work, 78 for models and configuration")
    func statuses() {
        #expect(CommandFailure(DatasetError.empty(file: "f"))?.exitStatus == 1)
        #expect(CommandFailure(CommandFailure.interrupted)?.exitStatus == 1)
        #expect(CommandFailure(CommandFailure.configuration("wrong"))?.exitStatus == 78)
        #expect(CommandFailure(ModelError.configuration("no layers"))?.exitStatus == 78)
        #expect(CommandFailure(PerceptionError.missingModels(path: "p", names: ["n"]))?.exitStatus == 78)
        #expect(CommandFailure(PerceptionError.frame(.corrupt, width: 0, height: 0))?.exitStatus == 1)
    }

    @Test("errors of the argument parser are left to it")
    func usage() {
        #expect(CommandFailure(ValidationError("wrong")) == nil)
    }

    @Test("a message of several lines is reported in one")
    func oneLine() {
        #expect(CommandFailure.failure("a\n\n b\r\nc").oneLine == "a  b c")
    }
}
