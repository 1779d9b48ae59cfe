#pragma once

// What the commands of `comity` share with those of `comity-verify`.

#include "app/command/command.h"  // IWYU pragma: export
