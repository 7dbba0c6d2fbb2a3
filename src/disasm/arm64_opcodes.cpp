#include "disasm/arm64_opcodes.h"

#include <algorithm>
#include <array>
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

using Shape = Arm64Opcode::Shape;

bool starts_with_any(std::string_view text, std::initializer_list<std::string_view> prefixes) {
  return std::any_of(prefixes.begin(), prefixes.end(), [&](std::string_view p) { return text.starts_with(p); });
}

struct MnemonicOperation {
  std::string_view mnemonic;
  Operation operation;
};

/// Mnemonics over general registers, ascending. Arm Architecture Reference Manual, C6.2.
constexpr auto kGeneralOperations = std::to_array<MnemonicOperation>({
    {"abs", Operation::kLogic}, {"adc", Operation::kArithmetic}, {"adcs", Operation::kArithmetic},
    {"add", Operation::kArithmetic}, {"adds", Operation::kArithmetic}, {"adr", Operation::kAddressOf},
    {"adrp", Operation::kAddressOf}, {"and", Operation::kLogic}, {"ands", Operation::kLogic},
    {"asrv", Operation::kShift}, {"bfm", Operation::kShift}, {"bic", Operation::kLogic}, {"bics", Operation::kLogic},
    {"brk", Operation::kPadding}, {"ccmn", Operation::kCompare}, {"ccmp", Operation::kCompare},
    {"cls", Operation::kLogic}, {"clz", Operation::kLogic}, {"cnt", Operation::kLogic},
    {"csel", Operation::kConditionalMove}, {"csinc", Operation::kConditionalMove},
    {"csinv", Operation::kConditionalMove}, {"csneg", Operation::kConditionalMove}, {"ctz", Operation::kLogic},
    {"dmb", Operation::kSystem}, {"dsb", Operation::kSystem}, {"eon", Operation::kLogic}, {"eor", Operation::kLogic},
    {"extr", Operation::kShift}, {"hint", Operation::kNop}, {"hlt", Operation::kSystem}, {"hvc", Operation::kSystem},
    {"isb", Operation::kSystem}, {"lslv", Operation::kShift}, {"lsrv", Operation::kShift},
    {"madd", Operation::kMultiply}, {"movk", Operation::kMove}, {"movn", Operation::kMove},
    {"movz", Operation::kMove}, {"mrs", Operation::kSystem}, {"msr", Operation::kSystem},
    {"msub", Operation::kMultiply}, {"nop", Operation::kNop}, {"orn", Operation::kLogic}, {"orr", Operation::kLogic},
    {"rbit", Operation::kLogic}, {"rev", Operation::kLogic}, {"rev16", Operation::kLogic}, {"rev32", Operation::kLogic},
    {"rorv", Operation::kShift}, {"sbc", Operation::kArithmetic}, {"sbcs", Operation::kArithmetic},
    {"sbfm", Operation::kShift}, {"sdiv", Operation::kDivide}, {"smaddl", Operation::kMultiply},
    {"smc", Operation::kSystem}, {"smsubl", Operation::kMultiply}, {"smulh", Operation::kMultiply},
    {"sub", Operation::kArithmetic}, {"subs", Operation::kArithmetic}, {"svc", Operation::kSystem},
    {"sys", Operation::kSystem}, {"sysl", Operation::kSystem}, {"ubfm", Operation::kShift},
    {"udf", Operation::kPadding}, {"udiv", Operation::kDivide}, {"umaddl", Operation::kMultiply},
    {"umsubl", Operation::kMultiply}, {"umulh", Operation::kMultiply}});

static_assert(std::is_sorted(kGeneralOperations.begin(), kGeneralOperations.end(),
                             [](const auto& a, const auto& b) { return a.mnemonic < b.mnemonic; }));

bool is_exclusive_or_ordered(std::string_view m) {
  return starts_with_any(m, {"ldxr", "ldxp", "ldaxr", "ldaxp", "stxr", "stxp", "stlxr", "stlxp"});
}

bool is_read_modify_write(std::string_view m) {
  return starts_with_any(m, {"cas", "swp", "ldadd", "ldclr", "ldeor", "ldset", "ldsmax", "ldsmin", "ldumax", "ldumin"});
}

Operation operation_of(std::string_view mnemonic, std::string_view name, const Arm64Opcode& opcode, bool general) {
  switch (opcode.flow) {
    case Flow::kJump: case Flow::kConditionalJump: case Flow::kIndirectJump: return Operation::kBranch;
    case Flow::kCall: case Flow::kIndirectCall: return Operation::kCall;
    case Flow::kReturn: return Operation::kReturn;
    case Flow::kNext: case Flow::kTrap: break;
  }
  if (starts_with_any(mnemonic, {"aes", "sha1", "sha256", "sha512", "sm3", "sm4", "pmull", "crc32"})) return Operation::kCrypto;
  if (mnemonic.starts_with("prf")) return Operation::kNop;
  if (opcode.shape == Shape::kMemory || opcode.shape == Shape::kLiteral) {
    if (is_exclusive_or_ordered(mnemonic) || is_read_modify_write(mnemonic)) return Operation::kAtomic;
    return Operation::kMove;
  }
  if (mnemonic.starts_with("fcsel")) return Operation::kConditionalMove;
  const bool vector = name.find("v1") != name.npos || name.find("v2") != name.npos || name.find("v4") != name.npos ||
                      name.find("v8") != name.npos || name.find("_Z") != name.npos || name.find("_P") != name.npos;
  if (starts_with_any(mnemonic, {"fcmp", "fccmp"}) && !vector) return Operation::kCompare;
  if (mnemonic == "fmov" && !vector) return Operation::kMove;
  if (starts_with_any(mnemonic, {"f", "scvtf", "ucvtf"}) && !vector) return Operation::kFloat;
  const auto it = std::lower_bound(kGeneralOperations.begin(), kGeneralOperations.end(), mnemonic,
                                   [](const MnemonicOperation& entry, std::string_view m) { return entry.mnemonic < m; });
  const bool known = it != kGeneralOperations.end() && it->mnemonic == mnemonic;
  if (known && (general || opcode.definitions == 0)) return it->operation;
  return opcode.definitions > 0 && !general ? Operation::kVector : Operation::kOther;
}

Flow flow_of(std::string_view name, const llvm::MCInstrDesc& desc) {
  if (desc.isReturn() || name == "ERET" || name == "ERETAA" || name == "ERETAB" || name == "DRPS") return Flow::kReturn;
  if (name == "B") return Flow::kJump;
  if (name == "BL") return Flow::kCall;
  if (desc.isCall() && name.starts_with("BLR")) return Flow::kIndirectCall;
  if (desc.isBranch()) return desc.isIndirectBranch() ? Flow::kIndirectJump : Flow::kConditionalJump;
  if (name == "BRK" || name == "UDF" || name == "HLT") return Flow::kTrap;
  return Flow::kNext;
}

bool is_class(const llvm::MCInstrDesc& desc, unsigned operand, const llvm::MCRegisterInfo& registers, std::string_view prefix) {
  const int cls = desc.operands()[operand].RegClass;
  if (cls < 0) return false;
  return std::string_view(registers.getRegClassName(&registers.getRegClass(static_cast<unsigned>(cls)))).starts_with(prefix);
}

/// Bytes of a data register by its class: GPR32, FPR128, ... For register lists, of one element's register.
std::uint8_t bytes_of_class(const llvm::MCInstrDesc& desc, unsigned operand, const llvm::MCRegisterInfo& registers) {
  const int cls = desc.operands()[operand].RegClass;
  if (cls < 0) return 0;
  const std::string_view name = registers.getRegClassName(&registers.getRegClass(static_cast<unsigned>(cls)));
  for (const auto& [suffix, bytes] : {std::pair{"128", 16}, std::pair{"64", 8}, std::pair{"32", 4}, std::pair{"16", 2}, std::pair{"8", 1}}) {
    if (name.find(suffix) != name.npos) return static_cast<std::uint8_t>(bytes);
  }
  if (name.starts_with("QQ")) return 16;
  if (name.starts_with("DD")) return 8;
  return 0;
}

/// Reads what a load or store does from its name and operands. False when it is none that we can describe.
bool set_memory(Arm64Opcode& opcode, std::string_view name, const llvm::MCInstrDesc& desc, const llvm::MCRegisterInfo& registers) {
  const std::string_view m = opcode.mnemonic;
  const unsigned count = desc.getNumOperands();
  int base = -1;
  for (unsigned i = 0; i < count; ++i) {
    if (is_class(desc, i, registers, "GPR64sp")) base = static_cast<int>(i);
  }
  if (base < 0) return false;
  opcode.shape = Shape::kMemory;
  opcode.base = static_cast<std::uint8_t>(base);
  const bool post = name.find("post") != name.npos || name.find("POST") != name.npos || name.find("PostIndex") != name.npos;
  const bool pre = name.find("pre") != name.npos || name.find("PreIndex") != name.npos || name.find("writeback") != name.npos;
  opcode.post_indexed = post;
  opcode.writes_back = (pre || post) && opcode.tied[static_cast<std::size_t>(base)] == 0;
  const unsigned data = opcode.writes_back ? 1 : 0;
  bool general = false;
  for (unsigned i = data; i < static_cast<unsigned>(base); ++i) {  // The last data register: stxr names its status first.
    if (desc.operands()[i].RegClass < 0) continue;
    opcode.access_bytes = bytes_of_class(desc, i, registers);
    general = is_class(desc, i, registers, "GPR");
  }
  if (general && m != "ldrab" && !m.ends_with("64b")) {
    if (m.ends_with("b")) opcode.access_bytes = 1;
    if (m.ends_with("h")) opcode.access_bytes = 2;
    if (m.ends_with("sw")) opcode.access_bytes = 4;
  }
  opcode.pair = starts_with_any(m, {"ldp", "stp", "ldnp", "stnp", "ldxp", "ldaxp", "stxp", "stlxp", "stgp"});
  const bool loads_only = starts_with_any(m, {"ldx", "ldax", "ldar", "ldapr", "ldapur", "ldlar"});
  const bool stores_only = starts_with_any(m, {"stx", "stlx", "stlr", "stllr", "stlur"});
  opcode.loads = desc.mayLoad() && !stores_only;
  opcode.stores = desc.mayStore() && !loads_only;
  opcode.indexed_by_word = name.ends_with("roW");
  opcode.indexed_by_register = opcode.indexed_by_word || name.ends_with("roX");
  const bool scaled = name.ends_with("ui") || starts_with_any(m, {"ldp", "stp", "ldnp", "stnp"});
  if (scaled) opcode.displacement_unit = opcode.access_bytes;
  if (starts_with_any(m, {"stg", "ldg", "st2g", "stz"}) && !m.starts_with("stgm")) opcode.displacement_unit = 16;
  if (m.starts_with("ldraa") || m.starts_with("ldrab")) opcode.displacement_unit = 8;
  if (m.starts_with("prf")) opcode.displacement_unit = name.ends_with("ui") ? 8 : 1;
  return opcode.displacement_unit != 0;
}

void set_shape(Arm64Opcode& opcode, std::string_view name, const llvm::MCInstrDesc& desc, const llvm::MCRegisterInfo& registers) {
  const std::string_view m = opcode.mnemonic;
  const bool pc_relative = desc.getNumOperands() > 0 &&
                           desc.operands()[desc.getNumOperands() - 1U].OperandType == llvm::MCOI::OPERAND_PCREL;
  if (name == "ADR") opcode.shape = Shape::kAddress;
  else if (name == "ADRP") opcode.shape = Shape::kPage;
  else if (name == "Bcc" || name == "BCcc") opcode.shape = Shape::kConditionFirst;
  else if (pc_relative && opcode.flow != Flow::kNext) opcode.shape = Shape::kBranch;
  else if (pc_relative && (desc.mayLoad() || m.starts_with("prf"))) {
    opcode.shape = Shape::kLiteral;
    opcode.loads = desc.mayLoad();
    opcode.access_bytes = m == "ldrsw" ? 4 : bytes_of_class(desc, 0, registers);
  } else if ((desc.mayLoad() || desc.mayStore() || m.starts_with("prf")) && set_memory(opcode, name, desc, registers)) {
    return;
  } else if (name.ends_with("Wrs") || name.ends_with("Xrs")) opcode.shape = Shape::kShiftedRegister;
  else if (name.ends_with("Wrx") || name.ends_with("Xrx") || name.ends_with("rx64")) opcode.shape = Shape::kExtendedRegister;
  else if (starts_with_any(name, {"ADDWri", "ADDXri", "ADDSWri", "ADDSXri", "SUBWri", "SUBXri", "SUBSWri", "SUBSXri"}) ||
           name == "MOVZWi" || name == "MOVZXi" || name == "MOVNWi" || name == "MOVNXi") {
    opcode.shape = Shape::kShiftedImmediate;
  } else if (name == "MOVKWi" || name == "MOVKXi") opcode.shape = Shape::kMoveKeep;
  else if ((m == "and" || m == "ands" || m == "orr" || m == "eor") && (name.ends_with("Wri") || name.ends_with("Xri"))) {
    opcode.shape = Shape::kLogicalImmediate;
  } else if (starts_with_any(m, {"csel", "csin", "csneg", "ccm", "fcsel", "fccmp"})) opcode.shape = Shape::kConditionLast;
}

Arm64Opcode make_opcode(unsigned number, const llvm::MCInstrInfo& instructions, const llvm::MCRegisterInfo& registers,
                        llvm::MCInstPrinter& printer) {
  const llvm::MCInstrDesc& desc = instructions.get(number);
  const std::string_view name = instructions.getName(number);
  Arm64Opcode opcode;
  llvm::MCInst empty;
  empty.setOpcode(number);
  const char* text = printer.getMnemonic(&empty).first;
  opcode.mnemonic = text == nullptr ? std::string_view{} : std::string_view(text);
  opcode.mnemonic.erase(std::min(opcode.mnemonic.find_first_of(" \t"), opcode.mnemonic.size()));
  opcode.flow = flow_of(name, desc);
  opcode.definitions = static_cast<std::uint8_t>(desc.getNumDefs());
  opcode.tied.fill(-1);
  for (unsigned i = 0; i < desc.getNumOperands() && i < opcode.tied.size(); ++i) {
    opcode.tied[i] = static_cast<std::int8_t>(desc.getOperandConstraint(i, llvm::MCOI::TIED_TO));
  }
  set_shape(opcode, name, desc, registers);
  const bool general = desc.getNumOperands() > 0 && is_class(desc, 0, registers, "GPR");
  opcode.operation = operation_of(opcode.mnemonic, name, opcode, general);
  if (starts_with_any(opcode.mnemonic, {"cbz", "tbz"})) opcode.condition = Condition::kEqual;
  if (starts_with_any(opcode.mnemonic, {"cbnz", "tbnz"})) opcode.condition = Condition::kNotEqual;
  opcode.compare_if_discarded = opcode.mnemonic == "subs" || opcode.mnemonic == "adds" || opcode.mnemonic == "ands";
  opcode.move_if_zero = opcode.mnemonic == "orr";
  return opcode;
}

}  // namespace

std::vector<Arm64Opcode> make_arm64_opcodes(const llvm::MCInstrInfo& instructions, const llvm::MCRegisterInfo& registers,
                                            llvm::MCInstPrinter& printer) {
  std::vector<Arm64Opcode> result;
  result.reserve(instructions.getNumOpcodes());
  for (unsigned i = 0; i < instructions.getNumOpcodes(); ++i) {
    result.push_back(instructions.get(i).isPseudo() ? Arm64Opcode{} : make_opcode(i, instructions, registers, printer));
  }
  return result;
}

std::vector<Arm64Register> make_arm64_registers(const llvm::MCRegisterInfo& registers) {
  constexpr std::uint8_t kFrame = 29, kLink = 30, kStack = 31, kZero = 32;
  std::vector<Arm64Register> result(registers.getNumRegs());
  for (unsigned i = 1; i < registers.getNumRegs(); ++i) {
    const std::string_view full = registers.getName(i);
    const std::string_view name = full.substr(0, full.find('_'));
    const auto parts = static_cast<std::uint16_t>(1 + std::count(full.begin(), full.end(), '_'));
    Arm64Register& entry = result[i];
    const auto set = [&](Register::Class cls, std::uint8_t index, unsigned bits) {
      entry = {{cls, index}, static_cast<std::uint16_t>(bits * parts)};
    };
    if (name == "FP") set(Register::Class::kGeneral, kFrame, 64);
    else if (name == "LR") set(Register::Class::kGeneral, kLink, 64);
    else if (name == "SP") set(Register::Class::kGeneral, kStack, 64);
    else if (name == "WSP") set(Register::Class::kGeneral, kStack, 32);
    else if (name == "XZR") set(Register::Class::kGeneral, kZero, 64);
    else if (name == "WZR") set(Register::Class::kGeneral, kZero, 32);
    else if (name == "NZCV") set(Register::Class::kFlags, 0, 4);
    else {
      unsigned index = 0;
      const auto parsed = std::from_chars(name.data() + 1, name.data() + name.size(), index);
      if (parsed.ec != std::errc{} || parsed.ptr != name.data() + name.size() || index > 31) {
        set(Register::Class::kOther, static_cast<std::uint8_t>(i), 0);
        continue;
      }
      constexpr std::string_view kVectorLetters = "BHSDQZ";
      const auto letter = kVectorLetters.find(name[0]);
      const auto small = static_cast<std::uint8_t>(index);
      if (name[0] == 'X') set(Register::Class::kGeneral, small, 64);
      else if (name[0] == 'W') set(Register::Class::kGeneral, small, 32);
      else if (letter != kVectorLetters.npos) set(Register::Class::kVector, small, std::min(8U << letter, 128U));
      else set(Register::Class::kOther, static_cast<std::uint8_t>(i), 0);
    }
  }
  return result;
}

}  // namespace prova
