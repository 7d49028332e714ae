#pragma once
#include <pthreadpool.h>
#include <xnnpack.h>
