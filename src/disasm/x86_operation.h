#pragma once
// What an x86 mnemonic computes and when it acts: tables over Zydis' mnemonics and categories.

#include <Zydis/Zydis.h>

#include "disasm/instruction.h"

namespace prova {

/// The class of operation. O(1).
[[nodiscard]] Operation x86_operation(const ZydisDecodedInstruction& instruction);

/// The condition of jcc, cmovcc, setcc, fcmovcc, jcxz and loop; kNone for everything else. O(1).
[[nodiscard]] Condition x86_condition(ZydisMnemonic mnemonic);

}  // namespace prova
