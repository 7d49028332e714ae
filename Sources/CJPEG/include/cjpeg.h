#pragma once

/// The number of the libjpeg interface that this is compiled against.
int cjpeg_library_version(void);
