import ArgumentParser
import Gait
import Messaging

// Values of other modules that are given on the command line by their raw values.

extension AffectiveOrigin: ExpressibleByArgument {}
extension CoordinateOrigin: ExpressibleByArgument {}
extension Emotion: ExpressibleByArgument {}
extension LengthUnit: ExpressibleByArgument {}
extension SkeletonLayout: ExpressibleByArgument {}
extension UpAxis: ExpressibleByArgument {}
