#include "disasm/arm32_opcodes.h"

#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <llvm/MC/MCInst.h>
#include <llvm/MC/MCInstPrinter.h>
#include <llvm/MC/MCInstrDesc.h>
#include <llvm/MC/MCInstrInfo.h>
#include <llvm/MC/MCRegisterInfo.h>
#include <string_view>

namespace prova {
namespace {

using Shape = Arm32Opcode::Shape;
using Offset = Arm32Opcode::Offset;
using Role = Arm32Opcode::Role;

bool starts_with_any(std::string_view text, std::initializer_list<std::string_view> prefixes) {
  return std::any_of(prefixes.begin(), prefixes.end(), [&](std::string_view p) { return text.starts_with(p); });
}
bool is_any(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}
bool contains(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

struct MnemonicOperation {
  std::string_view mnemonic;
  Operation operation;
};

/// Arm Architecture Reference Manual for A-profile, F5.1; ascending.
constexpr auto kOperations = std::to_array<MnemonicOperation>({
    {"adc", Operation::kArithmetic}, {"add", Operation::kArithmetic}, {"addw", Operation::kArithmetic},
    {"adr", Operation::kAddressOf}, {"and", Operation::kLogic}, {"asr", Operation::kShift}, {"bfc", Operation::kShift},
    {"bfi", Operation::kShift}, {"bic", Operation::kLogic}, {"bkpt", Operation::kPadding}, {"clz", Operation::kLogic},
    {"cmn", Operation::kCompare}, {"cmp", Operation::kCompare}, {"dmb", Operation::kSystem},
    {"dsb", Operation::kSystem}, {"eor", Operation::kLogic}, {"hint", Operation::kNop}, {"hlt", Operation::kPadding},
    {"isb", Operation::kSystem}, {"it", Operation::kNop}, {"lsl", Operation::kShift}, {"lsr", Operation::kShift},
    {"mcr", Operation::kSystem}, {"mov", Operation::kMove}, {"movs", Operation::kMove}, {"movt", Operation::kMove},
    {"movw", Operation::kMove}, {"mrc", Operation::kSystem}, {"mrs", Operation::kSystem}, {"msr", Operation::kSystem},
    {"mvn", Operation::kLogic}, {"nop", Operation::kNop}, {"orn", Operation::kLogic}, {"orr", Operation::kLogic},
    {"pld", Operation::kNop}, {"pldw", Operation::kNop}, {"pli", Operation::kNop}, {"rbit", Operation::kLogic},
    {"rev", Operation::kLogic}, {"rev16", Operation::kLogic}, {"revsh", Operation::kLogic}, {"ror", Operation::kShift},
    {"rrx", Operation::kShift}, {"rsb", Operation::kArithmetic}, {"rsc", Operation::kArithmetic},
    {"sbc", Operation::kArithmetic}, {"sbfx", Operation::kShift}, {"sdiv", Operation::kDivide},
    {"sub", Operation::kArithmetic}, {"subw", Operation::kArithmetic}, {"svc", Operation::kSystem},
    {"sxtb", Operation::kMove}, {"sxth", Operation::kMove}, {"teq", Operation::kCompare}, {"trap", Operation::kPadding},
    {"tst", Operation::kCompare}, {"ubfx", Operation::kShift}, {"udf", Operation::kPadding},
    {"udiv", Operation::kDivide}, {"uxtb", Operation::kMove}, {"uxth", Operation::kMove}});
static_assert(std::is_sorted(kOperations.begin(), kOperations.end(),
                             [](const auto& a, const auto& b) { return a.mnemonic < b.mnemonic; }));

/// Scalar floating point: LLVM ends those names with the precision.
bool is_scalar_float(std::string_view name) { return name.ends_with("D") || name.ends_with("S") || name.ends_with("H"); }

Operation vector_operation(std::string_view mnemonic, std::string_view name) {
  if (mnemonic == "vmov") return Operation::kMove;
  if (starts_with_any(mnemonic, {"vcmp", "vmrs"})) return Operation::kCompare;
  return is_scalar_float(name) ? Operation::kFloat : Operation::kVector;
}

Operation operation_of(std::string_view name, const Arm32Opcode& opcode) {
  const std::string_view m = opcode.mnemonic;
  switch (opcode.flow) {
    case Flow::kJump: case Flow::kConditionalJump: case Flow::kIndirectJump: return Operation::kBranch;
    case Flow::kCall: case Flow::kIndirectCall: return Operation::kCall;
    case Flow::kReturn: return Operation::kReturn;
    case Flow::kNext: case Flow::kTrap: break;
  }
  if (starts_with_any(m, {"aes", "sha1", "sha256", "crc32"})) return Operation::kCrypto;
  if (starts_with_any(m, {"ldrex", "strex", "ldaex", "stlex", "swp"})) return Operation::kAtomic;
  if (opcode.shape == Shape::kMemory || opcode.shape == Shape::kMultiple) return Operation::kMove;
  const auto it = std::lower_bound(kOperations.begin(), kOperations.end(), m,
                                   [](const MnemonicOperation& e, std::string_view text) { return e.mnemonic < text; });
  if (it != kOperations.end() && it->mnemonic == m) return it->operation;
  if (m.starts_with("v")) return vector_operation(m, name);
  if (starts_with_any(m, {"mul", "ml", "smul", "umul", "smla", "umla", "smml", "smls", "umaal", "smuad", "smusd"})) {
    return Operation::kMultiply;
  }
  return Operation::kOther;
}

Flow flow_of(std::string_view name) {
  if (is_any(name, {"BX_RET", "MOVPCLR", "tBX_RET", "RFEIA", "RFEIA_UPD", "t2SUBS_PC_LR"})) return Flow::kReturn;
  if (is_any(name, {"BL", "BL_pred", "BLXi", "tBL", "tBLXi"})) return Flow::kCall;
  if (is_any(name, {"BLX", "BLX_pred", "tBLXr", "tBLXNSr"})) return Flow::kIndirectCall;
  if (is_any(name, {"BX", "BX_pred", "tBX", "BXJ", "t2BXJ", "t2TBB", "t2TBH", "tBXNS"})) return Flow::kIndirectJump;
  if (is_any(name, {"Bcc", "tB", "t2B"})) return Flow::kJump;  // Conditional by its predicate: see the decoder.
  if (is_any(name, {"tBcc", "t2Bcc", "tCBZ", "tCBNZ"})) return Flow::kConditionalJump;
  if (is_any(name, {"UDF", "tUDF", "t2UDF", "TRAP", "TRAPNaCl", "tTRAP", "BKPT", "tBKPT", "HLT", "tHLT"})) return Flow::kTrap;
  return Flow::kNext;
}

bool is_register_class(const llvm::MCInstrDesc& desc, unsigned operand, const llvm::MCRegisterInfo& registers, std::string_view part) {
  const int cls = desc.operands()[operand].RegClass;
  return cls >= 0 && contains(registers.getRegClassName(&registers.getRegClass(static_cast<unsigned>(cls))), part);
}

void set_roles(Arm32Opcode& opcode, const llvm::MCInstrDesc& desc) {
  opcode.operands = static_cast<std::uint8_t>(std::min<unsigned>(desc.getNumOperands(), kMaxArm32Operands));
  bool condition_seen = false;
  for (unsigned i = 0; i < opcode.operands; ++i) {
    const llvm::MCOperandInfo& operand = desc.operands()[i];
    Role& role = opcode.roles[i];
    if (operand.isPredicate()) role = std::exchange(condition_seen, true) ? Role::kPredicateFlags : Role::kCondition;
    else if (operand.isOptionalDef()) role = Role::kSetsFlags;
    else if (operand.OperandType == llvm::MCOI::OPERAND_MEMORY) role = Role::kMemory;
  }
}

/// The definition that the base register is tied to is not an operand of its own.
void set_write_back(Arm32Opcode& opcode, const llvm::MCInstrDesc& desc, unsigned base) {
  const int tied = desc.getOperandConstraint(base, llvm::MCOI::TIED_TO);
  if (tied < 0 || static_cast<unsigned>(tied) >= opcode.operands) return;
  opcode.roles[static_cast<unsigned>(tied)] = Role::kWriteBack;
  opcode.writes_back = true;
}

std::uint8_t access_bytes(std::string_view mnemonic, const llvm::MCInstrDesc& desc, const llvm::MCRegisterInfo& registers) {
  if (starts_with_any(mnemonic, {"vldr", "vstr"})) {
    return is_register_class(desc, 0, registers, "DPR") ? 8 : is_register_class(desc, 0, registers, "HPR") ? 2 : 4;
  }
  if (mnemonic.starts_with("v")) return 8;
  if (mnemonic.ends_with("t") && mnemonic.size() > 3) mnemonic.remove_suffix(1);  // ldrbt, unprivileged.
  if (mnemonic.ends_with("b")) return 1;
  return mnemonic.ends_with("h") ? 2 : 4;
}

void set_memory(Arm32Opcode& opcode, std::string_view name, const llvm::MCInstrDesc& desc, const llvm::MCRegisterInfo& registers) {
  const auto first = std::find(opcode.roles.begin(), opcode.roles.begin() + opcode.operands, Role::kMemory);
  const auto base = static_cast<unsigned>(first - opcode.roles.begin());
  const auto count = static_cast<unsigned>(std::count(first, opcode.roles.begin() + opcode.operands, Role::kMemory));
  const std::string_view m = opcode.mnemonic;
  opcode.shape = Shape::kMemory;
  opcode.access_bytes = access_bytes(m, desc, registers);
  opcode.pair = !m.starts_with("v") && m.ends_with("d");
  const bool exclusive_store = starts_with_any(m, {"strex", "stlex", "stl"}), exclusive_load = starts_with_any(m, {"ldrex", "ldaex", "lda"});
  opcode.loads = !exclusive_store && (desc.mayLoad() || opcode.table_branch);
  opcode.stores = !exclusive_load && desc.mayStore();
  opcode.post_indexed = contains(name, "POST");
  set_write_back(opcode, desc, base);
  const bool thumb = name.starts_with("t");
  const bool halves = m.ends_with("h") || m.ends_with("sb") || m.ends_with("d") || m.ends_with("ht") || m.ends_with("sbt");
  if (desc.operands()[base].RegClass < 0) opcode.offset = Offset::kLiteral;
  else if (starts_with_any(name, {"VLDR", "VSTR"})) opcode.offset = Offset::kMode5;
  else if (m.starts_with("v")) opcode.offset = Offset::kNone;  // vld1 and the like: the second operand is an alignment.
  else if (count == 3) opcode.offset = thumb ? Offset::kScaledIndex : halves ? Offset::kMode3 : Offset::kMode2;
  else if (count == 2 && desc.operands()[base + 1].RegClass >= 0) opcode.offset = Offset::kIndex;
  else if (count == 2) opcode.offset = Offset::kImmediate;
  if (is_any(name, {"tLDRi", "tSTRi", "tLDRspi", "tSTRspi", "t2LDREX", "t2STREX"})) opcode.unit = 4;
  if (is_any(name, {"tLDRHi", "tSTRHi"})) opcode.unit = 2;
}

/// LDMIA, LDMDB_UPD, tPUSH, VLDMDIA, ...: false when the name is none of them.
bool set_multiple(Arm32Opcode& opcode, std::string_view name, const llvm::MCInstrDesc& desc) {
  opcode.stack = is_any(name, {"tPUSH", "tPOP"});
  const bool listed = starts_with_any(name, {"LDM", "STM", "t2LDM", "t2STM", "tLDM", "tSTM", "VLDM", "VSTM"});
  if (!(opcode.stack || listed) || !desc.isVariadic()) return false;
  opcode.shape = Shape::kMultiple;
  opcode.loads = desc.mayLoad();
  opcode.stores = desc.mayStore();
  opcode.access_bytes = starts_with_any(name, {"VLDMD", "VSTMD"}) ? 8 : 4;
  const std::string_view mode = name.substr(0, name.find("_UPD"));
  opcode.descending = name == "tPUSH" || mode.ends_with("DB") || mode.ends_with("DA");
  opcode.before = name == "tPUSH" || mode.ends_with("DB") || mode.ends_with("IB");
  if (opcode.stack) opcode.writes_back = true;
  else if (name.ends_with("_UPD")) set_write_back(opcode, desc, 1);
  return true;
}

void set_shape(Arm32Opcode& opcode, std::string_view name, const llvm::MCInstrDesc& desc, const llvm::MCRegisterInfo& registers) {
  const bool thumb = name.starts_with("t"), vector = name.starts_with("V");
  const bool memory = std::count(opcode.roles.begin(), opcode.roles.end(), Role::kMemory) > 0;
  if (set_multiple(opcode, name, desc)) return;
  if (is_any(name, {"ADR", "tADR", "t2ADR"})) opcode.shape = Shape::kAddress;
  else if (opcode.flow != Flow::kNext && std::any_of(desc.operands().begin(), desc.operands().end(), [](const auto& o) {
             return o.OperandType == llvm::MCOI::OPERAND_PCREL; })) opcode.shape = Shape::kBranch;
  else if (memory) set_memory(opcode, name, desc, registers);
  else if (is_any(name, {"tADDspi", "tSUBspi", "tADDrSPi"})) opcode.shape = Shape::kScaledImmediate;
  else if (!thumb && !vector && (name.ends_with("ri") || is_any(name, {"MOVi", "MVNi"}))) opcode.shape = Shape::kModifiedImmediate;
  else if (!vector && (name.ends_with("rsi") || is_any(name, {"MOVsi", "MVNsi"}))) opcode.shape = Shape::kShiftedRegister;
  else if (name.starts_with("t2") && (name.ends_with("rs") || name == "t2MVNs") && opcode.mnemonic != "mrs") {
    opcode.shape = Shape::kShiftedRegister;
  } else if (!thumb && !vector && (name.ends_with("rsr") || is_any(name, {"MOVsr", "MVNsr"}))) {
    opcode.shape = Shape::kRegisterShift;
  }
}

Arm32Opcode make_opcode(unsigned number, const llvm::MCInstrInfo& instructions, const llvm::MCRegisterInfo& registers,
                        llvm::MCInstPrinter& printer) {
  const llvm::MCInstrDesc& desc = instructions.get(number);
  const std::string_view name = instructions.getName(number);
  Arm32Opcode opcode;
  llvm::MCInst empty;
  empty.setOpcode(number);
  const char* text = printer.getMnemonic(&empty).first;
  opcode.mnemonic = text == nullptr ? std::string_view{} : std::string_view(text);
  opcode.mnemonic.erase(std::min(opcode.mnemonic.find_first_of(" \t"), opcode.mnemonic.size()));
  if (const auto wide = opcode.mnemonic.find(".w"); wide != std::string::npos) opcode.mnemonic.erase(wide);
  opcode.flow = flow_of(name);
  opcode.definitions = static_cast<std::uint8_t>(desc.getNumDefs());
  opcode.table_branch = is_any(name, {"t2TBB", "t2TBH"});
  opcode.switches_state = is_any(name, {"BLXi", "tBLXi"});
  opcode.begins_it_block = name == "t2IT";
  set_roles(opcode, desc);
  set_shape(opcode, name, desc, registers);
  if (opcode.table_branch) opcode.access_bytes = opcode.unit = name == "t2TBB" ? 1 : 2;
  opcode.operation = operation_of(name, opcode);
  opcode.moves_to_pc = opcode.flow == Flow::kNext && !name.starts_with("V");
  if (name == "tCBZ") opcode.condition = Condition::kEqual;
  if (name == "tCBNZ") opcode.condition = Condition::kNotEqual;
  return opcode;
}

}  // namespace

std::vector<Arm32Opcode> make_arm32_opcodes(const llvm::MCInstrInfo& instructions, const llvm::MCRegisterInfo& registers,
                                            llvm::MCInstPrinter& printer) {
  std::vector<Arm32Opcode> result;
  result.reserve(instructions.getNumOpcodes());
  for (unsigned i = 0; i < instructions.getNumOpcodes(); ++i) {
    result.push_back(instructions.get(i).isPseudo() ? Arm32Opcode{} : make_opcode(i, instructions, registers, printer));
  }
  return result;
}

std::vector<Arm32Register> make_arm32_registers(const llvm::MCRegisterInfo& registers) {
  constexpr std::uint8_t kStack = 13, kLink = 14;
  std::vector<Arm32Register> result(registers.getNumRegs());
  for (unsigned i = 1; i < registers.getNumRegs(); ++i) {
    const std::string_view full = registers.getName(i);
    const std::string_view name = full.substr(0, full.find('_'));
    Arm32Register& entry = result[i];
    entry = {{Register::Class::kOther, static_cast<std::uint8_t>(i)}, 0};
    if (name == "SP") entry = {{Register::Class::kGeneral, kStack}, 32};
    else if (name == "LR") entry = {{Register::Class::kGeneral, kLink}, 32};
    else if (full == "PC") entry = {{Register::Class::kProgramCounter, 0}, 32};
    else if (is_any(full, {"CPSR", "APSR_NZCV", "FPSCR_NZCV", "APSR"})) entry = {{Register::Class::kFlags, 0}, 4};
    unsigned index = 0;
    const auto parsed = std::from_chars(name.data() + 1, name.data() + name.size(), index);
    if (name.size() < 2 || parsed.ec != std::errc{} || parsed.ptr != name.data() + name.size() || index > 31) continue;
    const auto small = static_cast<std::uint8_t>(index);
    if (name[0] == 'R' && index < 13) entry = {{Register::Class::kGeneral, small}, 32};
    if (name[0] == 'S') entry = {{Register::Class::kVector, small}, 32};
    if (name[0] == 'D') entry = {{Register::Class::kVector, small}, 64};
    if (name[0] == 'Q' && index < 16) entry = {{Register::Class::kVector, static_cast<std::uint8_t>(2 * index)}, 128};
  }
  return result;
}

}  // namespace prova
