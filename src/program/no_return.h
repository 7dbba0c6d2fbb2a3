#pragma once
// Library functions that do not return to their caller, by name.

#include <string_view>

#include "disasm/instruction.h"
#include "binary/binary_image.h"

namespace prova {

/// True when calling the import `name` never returns. Leading underscores, `__imp_` and version suffixes
/// ("abort@GLIBC_2.2.5", "_ExitProcess@4") are ignored. O(log table).
[[nodiscard]] bool never_returns(std::string_view name);

/// Instructions of a run, in order, shown one after the other: does it leave on another stack than it came on? Then its
/// return or jump does not lead back to the caller: longjmp, setcontext, `__builtin_eh_return` in _Unwind_Resume.
class StackSwitch {
 public:
  explicit StackSwitch(Arch arch) : arch_(arch) {}
  void step(const Instruction& i);
  [[nodiscard]] bool found() const { return found_; }

 private:
  void step_arm32(const Instruction& i);

  Arch arch_;
  bool found_ = false;
};

}  // namespace prova
