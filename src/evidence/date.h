#pragma once
// Dates live in base, since knowledge and content have them too. Kept for the code that says "base/date.h".

#include "base/date.h"
