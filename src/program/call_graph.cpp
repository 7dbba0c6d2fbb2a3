#include "program/call_graph.h"

#include <algorithm>

namespace prova {

void build_call_graph(Program& program) {
  const std::size_t count = program.functions.size();
  program.callees.assign(count, {});
  program.callers.assign(count, {});
  for (std::uint32_t caller = 0; caller < count; ++caller) {
    std::vector<std::uint32_t>& callees = program.callees[caller];
    for (const CallSite& call : program.functions[caller].calls) {
      const auto callee = call.target ? program.function_at(*call.target) : std::nullopt;
      if (callee) callees.push_back(*callee);
    }
    std::sort(callees.begin(), callees.end());
    callees.erase(std::unique(callees.begin(), callees.end()), callees.end());
    for (const std::uint32_t callee : callees) program.callers[callee].push_back(caller);  // Ascending by construction.
  }
}

}  // namespace prova
