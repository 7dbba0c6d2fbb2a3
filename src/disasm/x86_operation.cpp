#include "disasm/x86_operation.h"

#include <array>
#include <optional>
#include <string_view>

namespace prova {
namespace {

struct ConditionName {
  std::string_view suffix;
  Condition condition;
};

/// Intel SDM volume 1, appendix B, "EFLAGS Condition Codes", with Zydis' spelling of each code.
constexpr auto kConditions = std::to_array<ConditionName>({
    {"z", Condition::kEqual}, {"nz", Condition::kNotEqual},
    {"b", Condition::kUnsignedLess}, {"nb", Condition::kUnsignedGreaterEqual},
    {"be", Condition::kUnsignedLessEqual}, {"nbe", Condition::kUnsignedGreater},
    {"l", Condition::kSignedLess}, {"nl", Condition::kSignedGreaterEqual},
    {"le", Condition::kSignedLessEqual}, {"nle", Condition::kSignedGreater},
    {"s", Condition::kNegative}, {"ns", Condition::kNotNegative},
    {"o", Condition::kOverflow}, {"no", Condition::kNotOverflow},
    {"p", Condition::kParityEven}, {"np", Condition::kParityOdd},
    {"cxz", Condition::kCounterZero}, {"ecxz", Condition::kCounterZero}, {"rcxz", Condition::kCounterZero}});

/// fcmovcc tests the same flags under other letters (SDM volume 2, "FCMOVcc").
constexpr auto kFloatConditions = std::to_array<ConditionName>({
    {"b", Condition::kUnsignedLess}, {"nb", Condition::kUnsignedGreaterEqual}, {"e", Condition::kEqual},
    {"ne", Condition::kNotEqual}, {"be", Condition::kUnsignedLessEqual}, {"nbe", Condition::kUnsignedGreater},
    {"u", Condition::kParityEven}, {"nu", Condition::kParityOdd}});

template <std::size_t N>
Condition find(const std::array<ConditionName, N>& table, std::string_view suffix) {
  for (const ConditionName& entry : table) {
    if (entry.suffix == suffix) return entry.condition;
  }
  return Condition::kNone;
}

Condition condition_of_name(std::string_view name) {
  if (name.starts_with("loop")) return Condition::kCounterNotZero;
  if (name.starts_with("fcmov")) return find(kFloatConditions, name.substr(5));
  if (name.starts_with("cmov")) return find(kConditions, name.substr(4));
  if (name.starts_with("set")) return find(kConditions, name.substr(3));
  if (name.starts_with("j")) return find(kConditions, name.substr(1));
  return Condition::kNone;
}

bool ends_in_any(std::string_view name, std::initializer_list<std::string_view> endings) {
  for (const std::string_view ending : endings) {
    if (name.ends_with(ending)) return true;
  }
  return false;
}

/// A vector-register mnemonic of which only the name tells what it does.
Operation vector_operation_of_name(std::string_view name) {
  if (name.starts_with("v")) name.remove_prefix(1);
  if (name.starts_with("aes") || name.starts_with("sha1") || name.starts_with("sha256") ||
      name.starts_with("pclmul")) {
    return Operation::kCrypto;
  }
  if (name.starts_with("cmpxchg")) return Operation::kAtomic;
  if (name.starts_with("mov")) return Operation::kMove;
  if (name.starts_with("comis") || name.starts_with("ucomis")) return Operation::kCompare;
  if (name.starts_with("cvt")) return Operation::kFloat;
  if (ends_in_any(name, {"ss", "sd"}) && !name.starts_with("p")) return Operation::kFloat;
  return Operation::kVector;
}

struct MnemonicFacts {
  Condition condition = Condition::kNone;
  Operation vector = Operation::kVector;
};

const std::array<MnemonicFacts, ZYDIS_MNEMONIC_MAX_VALUE + 1>& facts() {
  static const auto table = [] {
    std::array<MnemonicFacts, ZYDIS_MNEMONIC_MAX_VALUE + 1> result{};
    for (int m = 0; m <= ZYDIS_MNEMONIC_MAX_VALUE; ++m) {
      const char* text = ZydisMnemonicGetString(static_cast<ZydisMnemonic>(m));
      if (text == nullptr) continue;
      result[static_cast<std::size_t>(m)] = {condition_of_name(text), vector_operation_of_name(text)};
    }
    return result;
  }();
  return table;
}

/// Mnemonics whose category says too little.
std::optional<Operation> operation_of_mnemonic(ZydisMnemonic mnemonic) {
  switch (mnemonic) {
    case ZYDIS_MNEMONIC_LEA: return Operation::kAddressOf;
    case ZYDIS_MNEMONIC_INT3: return Operation::kPadding;
    case ZYDIS_MNEMONIC_MUL: case ZYDIS_MNEMONIC_IMUL: case ZYDIS_MNEMONIC_MULX: return Operation::kMultiply;
    case ZYDIS_MNEMONIC_DIV: case ZYDIS_MNEMONIC_IDIV: return Operation::kDivide;
    case ZYDIS_MNEMONIC_CMP: case ZYDIS_MNEMONIC_TEST: case ZYDIS_MNEMONIC_BT: return Operation::kCompare;
    case ZYDIS_MNEMONIC_BTS: case ZYDIS_MNEMONIC_BTR: case ZYDIS_MNEMONIC_BTC: return Operation::kLogic;
    case ZYDIS_MNEMONIC_BSF: case ZYDIS_MNEMONIC_BSR: case ZYDIS_MNEMONIC_TZCNT: case ZYDIS_MNEMONIC_LZCNT:
    case ZYDIS_MNEMONIC_POPCNT: case ZYDIS_MNEMONIC_BLSI: case ZYDIS_MNEMONIC_BLSMSK: case ZYDIS_MNEMONIC_BLSR:
    case ZYDIS_MNEMONIC_ANDN: case ZYDIS_MNEMONIC_BEXTR: case ZYDIS_MNEMONIC_BZHI: case ZYDIS_MNEMONIC_PDEP:
    case ZYDIS_MNEMONIC_PEXT: return Operation::kLogic;
    case ZYDIS_MNEMONIC_SHLX: case ZYDIS_MNEMONIC_SHRX: case ZYDIS_MNEMONIC_SARX: case ZYDIS_MNEMONIC_RORX:
      return Operation::kShift;
    case ZYDIS_MNEMONIC_CRC32: return Operation::kCrypto;
    case ZYDIS_MNEMONIC_ENTER: case ZYDIS_MNEMONIC_LEAVE: return Operation::kStack;
    case ZYDIS_MNEMONIC_XLAT: return Operation::kMove;
    case ZYDIS_MNEMONIC_ENDBR32: case ZYDIS_MNEMONIC_ENDBR64: case ZYDIS_MNEMONIC_PAUSE: return Operation::kNop;
    case ZYDIS_MNEMONIC_CPUID: case ZYDIS_MNEMONIC_RDTSC: case ZYDIS_MNEMONIC_RDTSCP: case ZYDIS_MNEMONIC_HLT:
    case ZYDIS_MNEMONIC_UD0: case ZYDIS_MNEMONIC_UD1: case ZYDIS_MNEMONIC_UD2: case ZYDIS_MNEMONIC_XGETBV:
      return Operation::kSystem;
    case ZYDIS_MNEMONIC_CBW: case ZYDIS_MNEMONIC_CWD: case ZYDIS_MNEMONIC_CWDE: case ZYDIS_MNEMONIC_CDQ:
    case ZYDIS_MNEMONIC_CDQE: case ZYDIS_MNEMONIC_CQO: case ZYDIS_MNEMONIC_MOVSXD: return Operation::kMove;
    default: return std::nullopt;
  }
}

Operation operation_of_category(ZydisInstructionCategory category, ZydisMnemonic mnemonic) {
  switch (category) {
    case ZYDIS_CATEGORY_BINARY: case ZYDIS_CATEGORY_DECIMAL: case ZYDIS_CATEGORY_ADOX_ADCX:
      return Operation::kArithmetic;
    case ZYDIS_CATEGORY_LOGICAL: case ZYDIS_CATEGORY_BITBYTE: case ZYDIS_CATEGORY_BMI1: case ZYDIS_CATEGORY_BMI2:
      return Operation::kLogic;
    case ZYDIS_CATEGORY_SHIFT: case ZYDIS_CATEGORY_ROTATE: return Operation::kShift;
    case ZYDIS_CATEGORY_CMOV: case ZYDIS_CATEGORY_SETCC: return Operation::kConditionalMove;
    case ZYDIS_CATEGORY_FCMOV: case ZYDIS_CATEGORY_X87_ALU: return Operation::kFloat;
    case ZYDIS_CATEGORY_PUSH: case ZYDIS_CATEGORY_POP: return Operation::kStack;
    case ZYDIS_CATEGORY_CALL: return Operation::kCall;
    case ZYDIS_CATEGORY_RET: return Operation::kReturn;
    case ZYDIS_CATEGORY_COND_BR: case ZYDIS_CATEGORY_UNCOND_BR: return Operation::kBranch;
    case ZYDIS_CATEGORY_NOP: case ZYDIS_CATEGORY_WIDENOP: case ZYDIS_CATEGORY_CET: case ZYDIS_CATEGORY_PREFETCH:
      return Operation::kNop;
    case ZYDIS_CATEGORY_STRINGOP: return Operation::kString;
    case ZYDIS_CATEGORY_SEMAPHORE: return Operation::kAtomic;
    case ZYDIS_CATEGORY_AES: case ZYDIS_CATEGORY_VAES: case ZYDIS_CATEGORY_SHA: case ZYDIS_CATEGORY_PCLMULQDQ:
    case ZYDIS_CATEGORY_VPCLMULQDQ: case ZYDIS_CATEGORY_PADLOCK: case ZYDIS_CATEGORY_KEYLOCKER:
    case ZYDIS_CATEGORY_KEYLOCKER_WIDE: case ZYDIS_CATEGORY_RDRAND: case ZYDIS_CATEGORY_RDSEED:
      return Operation::kCrypto;
    case ZYDIS_CATEGORY_FLAGOP: case ZYDIS_CATEGORY_MISC: return Operation::kOther;
    case ZYDIS_CATEGORY_INTERRUPT: case ZYDIS_CATEGORY_IO: case ZYDIS_CATEGORY_IOSTRINGOP:
    case ZYDIS_CATEGORY_SEGOP: case ZYDIS_CATEGORY_SYSCALL: case ZYDIS_CATEGORY_SYSRET: case ZYDIS_CATEGORY_SYSTEM:
    case ZYDIS_CATEGORY_VTX: case ZYDIS_CATEGORY_SGX: case ZYDIS_CATEGORY_XSAVE: case ZYDIS_CATEGORY_XSAVEOPT:
      return Operation::kSystem;
    case ZYDIS_CATEGORY_LEGACY: case ZYDIS_CATEGORY_INVALID: return Operation::kOther;
    // Moves between vector registers count as moves, whatever they carry.
    case ZYDIS_CATEGORY_DATAXFER: return Operation::kMove;
    default: return facts()[static_cast<std::size_t>(mnemonic)].vector;
  }
}

}  // namespace

Operation x86_operation(const ZydisDecodedInstruction& instruction) {
  if ((instruction.attributes & ZYDIS_ATTRIB_HAS_LOCK) != 0) return Operation::kAtomic;
  if (const auto special = operation_of_mnemonic(instruction.mnemonic)) return *special;
  // Zydis files pxor under "logical" as well; for the general registers the category decides, for vectors the name.
  if (instruction.meta.category == ZYDIS_CATEGORY_LOGICAL && instruction.meta.isa_ext != ZYDIS_ISA_EXT_BASE) {
    return facts()[static_cast<std::size_t>(instruction.mnemonic)].vector;
  }
  return operation_of_category(instruction.meta.category, instruction.mnemonic);
}

Condition x86_condition(ZydisMnemonic mnemonic) { return facts()[static_cast<std::size_t>(mnemonic)].condition; }

}  // namespace prova
