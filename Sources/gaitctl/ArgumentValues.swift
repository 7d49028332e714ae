import ArgumentParser
import Gait

// Values of the gait module that are given on the command line by their raw values.

extension AffectiveOrigin: ExpressibleByArgument {}
extension Emotion: ExpressibleByArgument {}
extension SkeletonLayout: ExpressibleByArgument {}
