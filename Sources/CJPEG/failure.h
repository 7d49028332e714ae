#pragma once

#include <setjmp.h>
#include <stdio.h>

#include <jpeglib.h>

/// libjpeg's error handler, and where it jumps to. `manager` comes first: libjpeg knows only that.
struct failure {
    struct jpeg_error_mgr manager;
    jmp_buf escape;
    int result;
};

/// Sets up the handler. Errors and warnings alike end the call that they occur in by a jump to `escape`, with
/// `result` saying why; nothing is ever printed.
struct jpeg_error_mgr *failure_begin(struct failure *failure);

/// Ends what libjpeg is doing.
_Noreturn void failure_escape(j_common_ptr info, int result);
