#include "disasm/arm64.h"

#include <bit>
#include <llvm/MC/MCAsmInfo.h>
#include <llvm/MC/MCContext.h>
#include <llvm/MC/MCDisassembler/MCDisassembler.h>
#include <llvm/MC/MCInst.h>
#include <llvm/MC/MCInstPrinter.h>
#include <llvm/MC/MCInstrInfo.h>
#include <llvm/MC/MCRegisterInfo.h>
#include <llvm/MC/MCSubtargetInfo.h>
#include <llvm/MC/MCTargetOptions.h>
#include <llvm/MC/TargetRegistry.h>
#include <llvm/Support/raw_ostream.h>

#include "disasm/arm64_opcodes.h"
#include "disasm/arm_conditions.h"

// The entry points of LLVM's AArch64 back end; its own header for them also names every other back end.
extern "C" {
void LLVMInitializeAArch64TargetInfo();
void LLVMInitializeAArch64TargetMC();
void LLVMInitializeAArch64Disassembler();
}

namespace prova {
namespace {

constexpr const char* kTriple = "aarch64-unknown-linux-gnu";
constexpr std::size_t kInstructionBytes = 4;

/// What is the same for every decoder: LLVM's tables and our reading of them. Immutable once made.
struct Arm64Tables {
  const llvm::Target* target = nullptr;
  std::unique_ptr<llvm::MCRegisterInfo> registers;
  std::unique_ptr<llvm::MCAsmInfo> assembler;
  std::unique_ptr<llvm::MCInstrInfo> instructions;
  std::unique_ptr<llvm::MCSubtargetInfo> subtarget;
  std::unique_ptr<llvm::MCInstPrinter> printer;
  std::vector<Arm64Opcode> opcodes;
  std::vector<Arm64Register> register_of;
};

/// Null when LLVM has no AArch64 back end.
const Arm64Tables* tables() {
  static const std::unique_ptr<const Arm64Tables> made = []() -> std::unique_ptr<const Arm64Tables> {
    LLVMInitializeAArch64TargetInfo();
    LLVMInitializeAArch64TargetMC();
    LLVMInitializeAArch64Disassembler();
    auto t = std::make_unique<Arm64Tables>();
    std::string error;
    t->target = llvm::TargetRegistry::lookupTarget(kTriple, error);
    if (t->target == nullptr) return nullptr;
    t->registers.reset(t->target->createMCRegInfo(kTriple));
    t->assembler.reset(t->target->createMCAsmInfo(*t->registers, kTriple, llvm::MCTargetOptions{}));
    t->instructions.reset(t->target->createMCInstrInfo());
    t->subtarget.reset(t->target->createMCSubtargetInfo(kTriple, "", "+all"));
    t->printer.reset(t->target->createMCInstPrinter(llvm::Triple(kTriple), 0, *t->assembler, *t->instructions, *t->registers));
    if (!t->registers || !t->assembler || !t->instructions || !t->subtarget || !t->printer) return nullptr;
    t->opcodes = make_arm64_opcodes(*t->instructions, *t->registers, *t->printer);
    t->register_of = make_arm64_registers(*t->registers);
    return t;
  }();
  return made.get();
}

/// The suffix that Arm writes for each of our conditions, for mnemonic_name of b.cond.
std::string_view suffix_of(Condition condition) {
  switch (condition) {
    case Condition::kEqual: return "eq";
    case Condition::kNotEqual: return "ne";
    case Condition::kUnsignedGreaterEqual: return "hs";
    case Condition::kUnsignedLess: return "lo";
    case Condition::kNegative: return "mi";
    case Condition::kNotNegative: return "pl";
    case Condition::kOverflow: return "vs";
    case Condition::kNotOverflow: return "vc";
    case Condition::kUnsignedGreater: return "hi";
    case Condition::kUnsignedLessEqual: return "ls";
    case Condition::kSignedGreaterEqual: return "ge";
    case Condition::kSignedLess: return "lt";
    case Condition::kSignedGreater: return "gt";
    case Condition::kSignedLessEqual: return "le";
    default: return "al";
  }
}

/// DecodeBitMasks of the Arm Architecture Reference Manual (J1.3.3): the immediate of and, orr, eor, ands.
std::int64_t logical_immediate(std::uint64_t encoded, unsigned bits) {
  const unsigned n = (encoded >> 12) & 1, immr = (encoded >> 6) & 63, imms = encoded & 63;
  const unsigned combined = (n << 6) | (~imms & 63U);
  const int length = std::bit_width(combined) - 1;
  if (length < 1) return 0;  // Reserved; the disassembler has refused it before.
  const unsigned size = 1U << length, levels = size - 1;
  const unsigned s = imms & levels, r = immr & levels;
  const std::uint64_t element_mask = size == 64 ? ~0ULL : (1ULL << size) - 1;
  std::uint64_t element = s + 1 >= 64 ? ~0ULL : (1ULL << (s + 1)) - 1;
  if (r != 0) element = ((element >> r) | (element << (size - r))) & element_mask;
  std::uint64_t result = 0;
  for (unsigned at = 0; at < 64; at += size) result |= element << at;
  return bits == 32 ? static_cast<std::int32_t>(static_cast<std::uint32_t>(result)) : static_cast<std::int64_t>(result);
}

Extend extend_of(unsigned type) {
  constexpr std::array<Extend, 8> kExtends = {Extend::kZero8, Extend::kZero16, Extend::kZero32, Extend::kZero64,
                                              Extend::kSign8, Extend::kSign16, Extend::kSign32, Extend::kSign64};
  return kExtends[type & 7U];
}

Shift shift_of(unsigned type) {
  constexpr std::array<Shift, 5> kShifts = {Shift::kLeft, Shift::kRight, Shift::kArithmeticRight, Shift::kRotateRight,
                                            Shift::kLeftOnes};
  return type < kShifts.size() ? kShifts[type] : Shift::kNone;
}

class Arm64Decoder final : public Decoder {
 public:
  explicit Arm64Decoder(const Arm64Tables& tables)
      : tables_(tables),
        context_(llvm::Triple(kTriple), tables.assembler.get(), tables.registers.get(), tables.subtarget.get()),
        disassembler_(tables.target->createMCDisassembler(*tables.subtarget, context_)),
        printer_(tables.target->createMCInstPrinter(llvm::Triple(kTriple), 0, *tables.assembler, *tables.instructions,
                                                    *tables.registers)) {}

  bool decode(ByteView bytes, VirtualAddress address, Instruction& out) override {
    llvm::MCInst instruction;
    if (!disassemble(bytes, address, instruction)) return false;
    const Arm64Opcode& opcode = tables_.opcodes[instruction.getOpcode()];
    out = Instruction{};
    out.address = address;
    out.length = kInstructionBytes;
    out.mnemonic = instruction.getOpcode();
    out.flow = opcode.flow;
    out.operation = opcode.operation;
    out.condition = opcode.condition;
    set_operands(instruction, opcode, out);
    refine(opcode, out);
    return true;
  }

  std::string format(ByteView bytes, VirtualAddress address) override {
    llvm::MCInst instruction;
    if (!disassemble(bytes, address, instruction)) return "";
    std::string text;
    llvm::raw_string_ostream stream(text);
    printer_->setPrintBranchImmAsAddress(true);
    printer_->setPrintImmHex(true);
    printer_->printInst(&instruction, raw(address), "", *tables_.subtarget, stream);
    for (char& c : text) c = c == '\t' ? ' ' : c;
    const std::size_t begin = text.find_first_not_of(' ');
    return begin == std::string::npos ? "" : text.substr(begin);
  }

  std::string mnemonic_name(const Instruction& instruction) const override {
    if (instruction.mnemonic >= tables_.opcodes.size()) return "";
    const std::string& name = tables_.opcodes[instruction.mnemonic].mnemonic;
    if (!name.ends_with('.')) return name;
    return name + std::string(suffix_of(instruction.condition));
  }

  unsigned alignment() const override { return kInstructionBytes; }

 private:
  bool disassemble(ByteView bytes, VirtualAddress address, llvm::MCInst& out) const {
    if (bytes.size() < kInstructionBytes || raw(address) % kInstructionBytes != 0) return false;
    const llvm::ArrayRef<std::uint8_t> view(reinterpret_cast<const std::uint8_t*>(bytes.data()), kInstructionBytes);
    std::uint64_t size = 0;
    return disassembler_->getInstruction(out, size, view, raw(address), llvm::nulls()) ==
           llvm::MCDisassembler::Success;
  }

  static void append(Instruction& out, const Operand& operand) {
    if (out.operand_count < out.operands.size()) out.operands[out.operand_count++] = operand;
  }

  Operand register_operand(unsigned number) const {
    Operand operand;
    operand.kind = Operand::Kind::kRegister;
    operand.reg = tables_.register_of[number].reg;
    operand.size = tables_.register_of[number].bits;
    return operand;
  }

  static Operand immediate(std::int64_t value) {
    Operand operand;
    operand.kind = Operand::Kind::kImmediate;
    operand.read = true;
    operand.value = value;
    operand.size = 64;
    return operand;
  }

  static std::int64_t immediate_at(const llvm::MCInst& instruction, unsigned index) {
    return index < instruction.getNumOperands() && instruction.getOperand(index).isImm()
               ? instruction.getOperand(index).getImm() : 0;
  }

  /// How many operands at the end belong to the shape and are not copied as they are.
  static unsigned special_operands(const llvm::MCInst& instruction, const Arm64Opcode& opcode) {
    using Shape = Arm64Opcode::Shape;
    switch (opcode.shape) {
      case Shape::kPlain: return 0;
      case Shape::kShiftedImmediate: case Shape::kMoveKeep: case Shape::kConditionFirst: return 2;
      case Shape::kMemory: return instruction.getNumOperands() - opcode.base;
      default: return 1;
    }
  }

  void set_operands(const llvm::MCInst& instruction, const Arm64Opcode& opcode, Instruction& out) const {
    const unsigned count = instruction.getNumOperands();
    const unsigned special = std::min(special_operands(instruction, opcode), count);
    for (unsigned i = opcode.writes_back ? 1 : 0; i < count - special; ++i) {
      const llvm::MCOperand& from = instruction.getOperand(i);
      const int tied = i < opcode.tied.size() ? opcode.tied[i] : -1;
      if (tied >= 0) {  // The same register as a definition: that one is read, too.
        const unsigned position = static_cast<unsigned>(tied) - (opcode.writes_back ? 1U : 0U);
        if (position < out.operand_count) out.operands[position].read = true;
      } else if (from.isReg()) {
        Operand operand = register_operand(from.getReg());
        operand.written = i < opcode.definitions;
        operand.read = !operand.written;
        append(out, operand);
      } else if (from.isImm()) {
        append(out, immediate(from.getImm()));
      }
    }
    set_special(instruction, opcode, count, out);
  }

  void set_special(const llvm::MCInst& instruction, const Arm64Opcode& opcode, unsigned count, Instruction& out) const {
    using Shape = Arm64Opcode::Shape;
    if (count == 0) return;
    const std::int64_t last = immediate_at(instruction, count - 1);
    switch (opcode.shape) {
      case Shape::kPlain: break;
      case Shape::kShiftedRegister: {
        Operand& operand = out.operands[out.operand_count - 1U];
        operand.shift_amount = static_cast<std::uint8_t>(last & 63);
        operand.shift = operand.shift_amount == 0 ? Shift::kNone : shift_of(static_cast<unsigned>(last >> 6) & 7U);
        break;
      }
      case Shape::kExtendedRegister: {
        Operand& operand = out.operands[out.operand_count - 1U];
        operand.extend = extend_of(static_cast<unsigned>(last >> 3));
        operand.shift_amount = static_cast<std::uint8_t>(last & 7);
        operand.shift = operand.shift_amount == 0 ? Shift::kNone : Shift::kLeft;
        break;
      }
      case Shape::kShiftedImmediate: {
        const auto value = static_cast<std::uint64_t>(immediate_at(instruction, count - 2));
        append(out, immediate(static_cast<std::int64_t>(value << (last & 63))));
        break;
      }
      case Shape::kMoveKeep: {
        Operand operand = immediate(immediate_at(instruction, count - 2));
        operand.shift_amount = static_cast<std::uint8_t>(last & 63);
        operand.shift = operand.shift_amount == 0 ? Shift::kNone : Shift::kLeft;
        append(out, operand);
        break;
      }
      case Shape::kLogicalImmediate:
        append(out, immediate(logical_immediate(static_cast<std::uint64_t>(last), out.operands[0].size)));
        break;
      case Shape::kConditionLast: out.condition = arm_condition(last); break;
      case Shape::kConditionFirst:
        out.condition = arm_condition(immediate_at(instruction, 0));
        set_branch(out, last);
        break;
      case Shape::kBranch: set_branch(out, last); break;
      case Shape::kAddress: set_reference(out, out.address + static_cast<std::uint64_t>(last)); break;
      case Shape::kPage:
        set_reference(out, VirtualAddress{raw(out.address) & ~0xfffULL} + (static_cast<std::uint64_t>(last) << 12));
        break;
      case Shape::kLiteral: set_literal(opcode, last, out); break;
      case Shape::kMemory: set_memory(instruction, opcode, out); break;
    }
  }

  static void set_branch(Instruction& out, std::int64_t words) {
    out.target = out.address + static_cast<std::uint64_t>(words) * kInstructionBytes;
    append(out, immediate(static_cast<std::int64_t>(raw(*out.target))));
  }

  static void set_reference(Instruction& out, VirtualAddress address) {
    out.references = address;
    append(out, immediate(static_cast<std::int64_t>(raw(address))));
  }

  static void set_literal(const Arm64Opcode& opcode, std::int64_t words, Instruction& out) {
    Operand operand;
    operand.kind = Operand::Kind::kMemory;
    operand.base = {Register::Class::kProgramCounter, 0};
    operand.value = static_cast<std::int64_t>(static_cast<std::uint64_t>(words) * kInstructionBytes);
    operand.size = static_cast<std::uint16_t>(opcode.access_bytes * 8U);
    operand.read = opcode.loads;
    out.references = out.address + static_cast<std::uint64_t>(operand.value);
    append(out, operand);
  }

  void set_memory(const llvm::MCInst& instruction, const Arm64Opcode& opcode, Instruction& out) const {
    Operand memory;
    memory.kind = Operand::Kind::kMemory;
    memory.base = tables_.register_of[instruction.getOperand(opcode.base).getReg()].reg;
    memory.size = static_cast<std::uint16_t>(opcode.access_bytes * (opcode.pair ? 16U : 8U));
    memory.read = opcode.loads;
    memory.written = opcode.stores;
    memory.updates_base = opcode.writes_back;
    memory.post_indexed = opcode.post_indexed;
    const unsigned count = instruction.getNumOperands();
    const unsigned next = opcode.base + 1U;
    if (next < count && instruction.getOperand(next).isReg()) {
      const Register index = tables_.register_of[instruction.getOperand(next).getReg()].reg;
      constexpr std::uint8_t kZeroRegister = 32;
      if (index.index == kZeroRegister && opcode.post_indexed) {
        // ld1 {...}, [x0], #size: LLVM leaves the size out; it is that of the registers.
        memory.value = out.operand_count > 0 ? out.operands[0].size / 8 : 0;
      } else {
        memory.index = index;
      }
      if (opcode.indexed_by_register) {
        const bool is_signed = immediate_at(instruction, next + 1) != 0;
        if (opcode.indexed_by_word) memory.extend = is_signed ? Extend::kSign32 : Extend::kZero32;
        if (immediate_at(instruction, next + 2) != 0) memory.scale = std::max<std::uint8_t>(opcode.access_bytes, 1);
      }
    } else if (next < count) {
      memory.value = static_cast<std::int64_t>(static_cast<std::uint64_t>(immediate_at(instruction, next)) * opcode.displacement_unit);
    }
    append(out, memory);
  }

  /// What depends on the operands: comparisons, moves and stack traffic in disguise.
  static void refine(const Arm64Opcode& opcode, Instruction& out) {
    constexpr Register kZero{Register::Class::kGeneral, 32};
    constexpr Register kStack{Register::Class::kGeneral, 31};
    const Operand& to = out.operands[0];
    if (opcode.compare_if_discarded && to.reg == kZero) out.operation = Operation::kCompare;
    if (opcode.move_if_zero && out.operand_count == 3 && out.operands[1].kind == Operand::Kind::kRegister &&
        out.operands[1].reg == kZero) {
      out.operation = Operation::kMove;
    }
    if (opcode.writes_back && out.operands[out.operand_count - 1U].base == kStack) out.operation = Operation::kStack;
  }

  const Arm64Tables& tables_;
  llvm::MCContext context_;
  std::unique_ptr<llvm::MCDisassembler> disassembler_;
  std::unique_ptr<llvm::MCInstPrinter> printer_;
};

}  // namespace

Result<std::unique_ptr<Decoder>> make_arm64_decoder() {
  const Arm64Tables* const made = tables();
  if (made == nullptr) return fail(ErrorCode::kUnsupported, "LLVM was built without its AArch64 back end");
  return std::make_unique<Arm64Decoder>(*made);
}

}  // namespace prova
