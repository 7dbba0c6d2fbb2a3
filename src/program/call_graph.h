#pragma once
// Who calls whom.

#include "program/program.h"

namespace prova {

/// Fills callees and callers from the call sites, tail calls included. O(calls · log functions).
void build_call_graph(Program& program);

}  // namespace prova
