#include "disasm/arm32.h"

#include <bit>
#include <limits>
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

#include "disasm/arm32_opcodes.h"
#include "disasm/arm_conditions.h"

// The entry points of LLVM's ARM back end; its own header for them also names every other back end.
extern "C" {
void LLVMInitializeARMTargetInfo();
void LLVMInitializeARMTargetMC();
void LLVMInitializeARMDisassembler();
}

namespace prova {
namespace {

constexpr const char* kA32Triple = "armv8a-unknown-linux-gnueabihf";
constexpr const char* kThumbTriple = "thumbv8a-unknown-linux-gnueabihf";
/// Everything that application processors have; what it leaves out is the coprocessor space of older machines.
constexpr const char* kFeatures = "+v8.6a,+hwdiv,+hwdiv-arm,+neon,+fp-armv8,+crypto,+crc,+fullfp16,+mp,+virtualization,+trustzone";
/// Encoded `nop` and what an IT block holds at most (Arm ARM F1.2).
constexpr std::array<std::uint8_t, 2> kThumbNop = {0x00, 0xbf};

/// What is the same for every decoder: LLVM's tables and our reading of them. Immutable once made.
struct Arm32Tables {
  const llvm::Target* target = nullptr;
  std::unique_ptr<llvm::MCRegisterInfo> registers;
  std::unique_ptr<llvm::MCAsmInfo> assembler;
  std::unique_ptr<llvm::MCInstrInfo> instructions;
  std::unique_ptr<llvm::MCSubtargetInfo> a32, thumb;
  std::vector<Arm32Opcode> opcodes;
  std::vector<Arm32Register> register_of;
};

/// Null when LLVM has no ARM back end.
const Arm32Tables* tables() {
  static const std::unique_ptr<const Arm32Tables> made = []() -> std::unique_ptr<const Arm32Tables> {
    LLVMInitializeARMTargetInfo();
    LLVMInitializeARMTargetMC();
    LLVMInitializeARMDisassembler();
    auto t = std::make_unique<Arm32Tables>();
    std::string error;
    t->target = llvm::TargetRegistry::lookupTarget(kA32Triple, error);
    if (t->target == nullptr) return nullptr;
    t->registers.reset(t->target->createMCRegInfo(kA32Triple));
    t->assembler.reset(t->target->createMCAsmInfo(*t->registers, kA32Triple, llvm::MCTargetOptions{}));
    t->instructions.reset(t->target->createMCInstrInfo());
    t->a32.reset(t->target->createMCSubtargetInfo(kA32Triple, "", kFeatures));
    t->thumb.reset(t->target->createMCSubtargetInfo(kThumbTriple, "", kFeatures));
    const std::unique_ptr<llvm::MCInstPrinter> printer(
        t->target->createMCInstPrinter(llvm::Triple(kA32Triple), 0, *t->assembler, *t->instructions, *t->registers));
    if (!t->registers || !t->assembler || !t->instructions || !t->a32 || !t->thumb || !printer) return nullptr;
    t->opcodes = make_arm32_opcodes(*t->instructions, *t->registers, *printer);
    t->register_of = make_arm32_registers(*t->registers);
    return t;
  }();
  return made.get();
}

/// LLVM's ARM_AM::ShiftOpc: none, asr, lsl, lsr, ror, rrx.
Shift shift_of(std::int64_t type) {
  constexpr std::array<Shift, 6> kShifts = {Shift::kNone, Shift::kArithmeticRight, Shift::kLeft, Shift::kRight,
                                            Shift::kRotateRight, Shift::kRotateRight};
  return type >= 0 && static_cast<std::size_t>(type) < kShifts.size() ? kShifts[static_cast<std::size_t>(type)] : Shift::kNone;
}

/// A32ExpandImm of the Arm Architecture Reference Manual (F1.7.7): 8 bits rotated right by an even amount.
std::int64_t modified_immediate(std::int64_t encoded) {
  const auto bits = static_cast<std::uint32_t>(encoded & 0xff);
  return static_cast<std::int32_t>(std::rotr(bits, static_cast<int>((encoded >> 8) & 0xf) * 2));
}

/// LLVM writes an offset of minus zero as the smallest number.
std::int64_t offset_value(std::int64_t value) { return value == std::numeric_limits<std::int32_t>::min() ? 0 : value; }

/// One state's disassembler and printer.
struct Mode {
  Mode(const Arm32Tables& tables, const llvm::MCSubtargetInfo& target, const char* triple)
      : subtarget(&target), context(llvm::Triple(triple), tables.assembler.get(), tables.registers.get(), &target),
        disassembler(tables.target->createMCDisassembler(target, context)),
        printer(tables.target->createMCInstPrinter(llvm::Triple(triple), 0, *tables.assembler, *tables.instructions,
                                                   *tables.registers)) {}
  const llvm::MCSubtargetInfo* subtarget;
  llvm::MCContext context;
  std::unique_ptr<llvm::MCDisassembler> disassembler;
  std::unique_ptr<llvm::MCInstPrinter> printer;
};

class Arm32Decoder final : public Decoder {
 public:
  explicit Arm32Decoder(const Arm32Tables& tables)
      : tables_(tables), a32_(tables, *tables.a32, kA32Triple), thumb_(tables, *tables.thumb, kThumbTriple) {}

  bool decode(ByteView bytes, VirtualAddress address, Instruction& out) override {
    const bool thumb = (raw(address) & 1U) != 0;
    const VirtualAddress at{raw(address) & ~1ULL};
    llvm::MCInst instruction;
    unsigned length = 0;
    if (!disassemble(bytes, at, thumb, instruction, length)) return false;
    const Arm32Opcode& opcode = tables_.opcodes[instruction.getOpcode()];
    out = Instruction{};
    out.address = at;
    out.length = static_cast<std::uint8_t>(length);
    out.thumb = thumb;
    out.flow = opcode.flow;
    out.operation = opcode.operation;
    out.condition = opcode.condition;
    const bool sets_flags = set_roles(instruction, opcode, out);
    out.mnemonic = instruction.getOpcode() << 1U | (sets_flags ? 1U : 0U);
    set_special(instruction, opcode, out);
    refine(opcode, out);
    return true;
  }

  std::string format(ByteView bytes, VirtualAddress address) override {
    const bool thumb = (raw(address) & 1U) != 0;
    const VirtualAddress at{raw(address) & ~1ULL};
    llvm::MCInst instruction;
    unsigned length = 0;
    if (!disassemble(bytes, at, thumb, instruction, length)) return "";
    std::string text;
    llvm::raw_string_ostream stream(text);
    Mode& mode = thumb ? thumb_ : a32_;
    mode.printer->setPrintBranchImmAsAddress(true);
    mode.printer->setPrintImmHex(true);
    mode.printer->printInst(&instruction, raw(at), "", *mode.subtarget, stream);
    for (char& c : text) c = c == '\t' ? ' ' : c;
    const std::size_t begin = text.find_first_not_of(' ');
    return begin == std::string::npos ? "" : text.substr(begin);
  }

  std::string mnemonic_name(const Instruction& instruction) const override {
    const std::size_t opcode = instruction.mnemonic >> 1U;
    if (opcode >= tables_.opcodes.size()) return "";
    return tables_.opcodes[opcode].mnemonic + ((instruction.mnemonic & 1U) != 0 ? "s" : "");
  }

  unsigned alignment() const override { return 2; }

 private:
  /// What a read of the program counter gives: two instructions on (Arm ARM E1.3).
  static VirtualAddress program_counter(const Instruction& i) { return i.address + (i.thumb ? 4U : 8U); }
  static VirtualAddress aligned_program_counter(const Instruction& i) { return VirtualAddress{raw(program_counter(i)) & ~3ULL}; }

  /// LLVM's disassembler keeps the state of an IT block from one instruction to the next. One that does not follow the
  /// last must not inherit it: the rest of the block is filled with nops first.
  void leave_it_block() {
    for (; it_left_ > 0; --it_left_) {
      llvm::MCInst nop;
      std::uint64_t size = 0;
      (void)thumb_.disassembler->getInstruction(nop, size, kThumbNop, 0, llvm::nulls());
    }
  }

  bool disassemble(ByteView bytes, VirtualAddress at, bool thumb, llvm::MCInst& out, unsigned& length) {
    const unsigned unit = thumb ? 2 : 4;
    if (bytes.size() < unit || raw(at) % unit != 0) return false;
    if (thumb && it_left_ > 0 && at != it_next_) leave_it_block();
    const llvm::ArrayRef<std::uint8_t> view(reinterpret_cast<const std::uint8_t*>(bytes.data()), std::min<std::size_t>(bytes.size(), 4));
    std::uint64_t size = 0;
    const auto status = (thumb ? thumb_ : a32_).disassembler->getInstruction(out, size, view, raw(at), llvm::nulls());
    length = static_cast<unsigned>(size);
    if (thumb) track_it_block(out, at, status != llvm::MCDisassembler::Fail);
    return status == llvm::MCDisassembler::Success && length <= bytes.size();
  }

  void track_it_block(const llvm::MCInst& instruction, VirtualAddress at, bool decoded) {
    if (!decoded) return leave_it_block();
    const unsigned size = static_cast<unsigned>(thumb_length(instruction));
    if (tables_.opcodes[instruction.getOpcode()].begins_it_block) {
      // The lowest bit set of the mask ends the block: 1000 is one instruction, xxx1 four.
      const auto mask = static_cast<unsigned>(instruction.getOperand(1).getImm()) & 0xfU;
      it_left_ = mask == 0 ? 0 : 4U - static_cast<unsigned>(std::countr_zero(mask));
    } else if (it_left_ > 0) {
      --it_left_;
    }
    it_next_ = at + size;
  }

  std::uint64_t thumb_length(const llvm::MCInst& instruction) const {
    return tables_.instructions->get(instruction.getOpcode()).getSize();
  }

  static void append(Instruction& out, const Operand& operand) {
    if (out.operand_count < out.operands.size()) out.operands[out.operand_count++] = operand;
  }

  Operand register_operand(unsigned number, bool written) const {
    Operand operand;
    operand.kind = Operand::Kind::kRegister;
    operand.reg = tables_.register_of[number].reg;
    operand.size = tables_.register_of[number].bits;
    operand.written = written;
    operand.read = !written;
    return operand;
  }

  static Operand immediate(std::int64_t value) {
    Operand operand;
    operand.kind = Operand::Kind::kImmediate;
    operand.read = true;
    operand.value = value;
    operand.size = 32;
    return operand;
  }

  /// Takes predicate and flags out and copies the plain operands. True when the instruction sets the flags.
  bool set_roles(const llvm::MCInst& instruction, const Arm32Opcode& opcode, Instruction& out) const {
    using Role = Arm32Opcode::Role;
    bool sets_flags = false;
    const unsigned count = std::min<unsigned>(instruction.getNumOperands(), opcode.operands);
    const bool listed = opcode.shape == Arm32Opcode::Shape::kMultiple;
    for (unsigned i = 0; i < count; ++i) {
      const llvm::MCOperand& from = instruction.getOperand(i);
      switch (opcode.roles[i]) {
        case Role::kCondition:
          if (from.isImm() && from.getImm() != kArmAlways) out.condition = arm_condition(from.getImm());
          break;
        case Role::kSetsFlags: sets_flags = from.isReg() && from.getReg() != 0; break;
        case Role::kExplicit:
          if (listed) break;
          if (from.isReg()) append(out, register_operand(from.getReg(), i < opcode.definitions));
          else if (from.isImm()) append(out, immediate(static_cast<std::int32_t>(from.getImm())));
          break;
        case Role::kPredicateFlags: case Role::kWriteBack: case Role::kMemory: break;
      }
    }
    return sets_flags;
  }

  void set_special(const llvm::MCInst& instruction, const Arm32Opcode& opcode, Instruction& out) const {
    using Shape = Arm32Opcode::Shape;
    if (opcode.shape == Shape::kMemory) return set_memory(instruction, opcode, out);
    if (opcode.shape == Shape::kMultiple) return set_multiple(instruction, opcode, out);
    if (out.operand_count == 0) return;
    Operand& last = out.operands[out.operand_count - 1U];
    switch (opcode.shape) {
      case Shape::kModifiedImmediate: last.value = modified_immediate(last.value); break;
      case Shape::kScaledImmediate: last.value *= 4; break;
      case Shape::kShiftedRegister: {
        const std::int64_t packed = last.value;
        out.operands[--out.operand_count] = Operand{};
        if (out.operand_count > 0) set_shift(out.operands[out.operand_count - 1U], packed);
        break;
      }
      case Shape::kRegisterShift:  // Of `mov` only the shift is left; elsewhere the operand after the amount says which.
        last.shift = shift_of(last.value & 7);
        break;
      case Shape::kBranch: set_branch(opcode, out, last); break;
      case Shape::kAddress: set_address(instruction, out, last); break;
      default: break;
    }
  }

  static void set_shift(Operand& operand, std::int64_t packed) {
    operand.shift = shift_of(packed & 7);
    operand.shift_amount = static_cast<std::uint8_t>((packed >> 3) & 31);
    const bool right = operand.shift == Shift::kRight || operand.shift == Shift::kArithmeticRight;
    if (operand.shift_amount == 0 && right) operand.shift_amount = 32;  // Arm ARM F2.1.5, DecodeImmShift.
    if (operand.shift_amount == 0 && operand.shift == Shift::kLeft) operand.shift = Shift::kNone;
  }

  static void set_branch(const Arm32Opcode& opcode, Instruction& out, Operand& last) {
    const bool to_a32 = opcode.switches_state && out.thumb;
    const VirtualAddress from = to_a32 ? aligned_program_counter(out) : program_counter(out);
    out.target = VirtualAddress{raw(from + static_cast<std::uint64_t>(last.value)) & 0xffff'ffffU};
    out.switches_state = opcode.switches_state;
    last.value = static_cast<std::int64_t>(raw(*out.target));
  }

  void set_address(const llvm::MCInst& instruction, Instruction& out, Operand& last) const {
    const bool narrow = out.thumb && tables_.instructions->get(instruction.getOpcode()).getSize() == 2;
    std::int64_t offset = offset_value(last.value) * (narrow ? 4 : 1);
    if (!out.thumb) {  // Bits 12 and 13: modified immediate, subtracted when bit 13 is clear.
      const std::int64_t magnitude = modified_immediate(last.value & 0xfff);
      offset = (last.value & 0x2000) != 0 || last.value < 0x1000 ? magnitude : -magnitude;
    }
    out.references = VirtualAddress{raw(aligned_program_counter(out) + static_cast<std::uint64_t>(offset)) & 0xffff'ffffU};
    last.value = static_cast<std::int64_t>(raw(*out.references));
  }

  static std::int64_t immediate_at(const llvm::MCInst& instruction, unsigned index) {
    return index < instruction.getNumOperands() && instruction.getOperand(index).isImm() ? instruction.getOperand(index).getImm() : 0;
  }
  Register register_at(const llvm::MCInst& instruction, unsigned index) const {
    const bool is_register = index < instruction.getNumOperands() && instruction.getOperand(index).isReg();
    return is_register ? tables_.register_of[instruction.getOperand(index).getReg()].reg : Register{};
  }

  void set_memory(const llvm::MCInst& instruction, const Arm32Opcode& opcode, Instruction& out) const {
    using Offset = Arm32Opcode::Offset;
    const auto first = std::find(opcode.roles.begin(), opcode.roles.begin() + opcode.operands, Arm32Opcode::Role::kMemory);
    const auto base = static_cast<unsigned>(first - opcode.roles.begin());
    Operand memory;
    memory.kind = Operand::Kind::kMemory;
    memory.size = static_cast<std::uint16_t>(opcode.access_bytes * (opcode.pair ? 16U : 8U));
    memory.read = opcode.loads;
    memory.written = opcode.stores;
    memory.updates_base = opcode.writes_back;
    memory.post_indexed = opcode.post_indexed;
    memory.base = register_at(instruction, base);
    const std::int64_t next = immediate_at(instruction, base + 1), packed = immediate_at(instruction, base + 2);
    const auto sign = [](bool subtract) { return subtract ? -1 : 1; };
    switch (opcode.offset) {
      case Offset::kNone: break;
      case Offset::kImmediate: memory.value = offset_value(next) * opcode.unit; break;
      case Offset::kIndex: memory.index = register_at(instruction, base + 1); memory.scale = opcode.table_branch ? opcode.unit : 1; break;
      case Offset::kScaledIndex:
        memory.index = register_at(instruction, base + 1);
        memory.scale = static_cast<std::uint8_t>(1U << (packed & 3));
        break;
      case Offset::kMode2: set_mode2(register_at(instruction, base + 1), packed, memory); break;
      case Offset::kMode3:
        memory.index = register_at(instruction, base + 1);
        memory.value = sign((packed & 0x100) != 0) * (packed & 0xff);
        break;
      case Offset::kMode5: memory.value = sign((next & 0x100) != 0) * (next & 0xff) * (opcode.access_bytes == 2 ? 2 : 4); break;
      case Offset::kLiteral:
        memory.base = {Register::Class::kProgramCounter, 0};
        memory.value = offset_value(immediate_at(instruction, base));
        break;
    }
    if (memory.base.cls == Register::Class::kProgramCounter) {
      const VirtualAddress from = opcode.table_branch ? program_counter(out) : aligned_program_counter(out);
      out.references = VirtualAddress{raw(from + static_cast<std::uint64_t>(memory.value)) & 0xffff'ffffU};
    }
    append(out, memory);
  }

  /// Addressing mode 2 as LLVM packs it: 12 bits of offset or shift amount, subtract, shift type.
  static void set_mode2(Register index, std::int64_t packed, Operand& memory) {
    const bool subtract = (packed & 0x1000) != 0;
    if (index.cls == Register::Class::kNone) {
      memory.value = (subtract ? -1 : 1) * (packed & 0xfff);
      return;
    }
    memory.index = index;
    const bool left = shift_of((packed >> 13) & 7) == Shift::kLeft && (packed & 0xfff) < 8;
    memory.scale = left ? static_cast<std::uint8_t>(1U << (packed & 0xfff)) : 1;
  }

  void set_multiple(const llvm::MCInst& instruction, const Arm32Opcode& opcode, Instruction& out) const {
    constexpr Register kStackPointer{Register::Class::kGeneral, 13};
    Operand list;
    list.kind = Operand::Kind::kRegisterList;
    list.size = static_cast<std::uint16_t>(opcode.access_bytes * 8U);
    list.written = opcode.loads;
    list.read = opcode.stores;
    Operand memory;
    memory.kind = Operand::Kind::kMemory;
    memory.read = opcode.loads;
    memory.written = opcode.stores;
    memory.updates_base = opcode.writes_back;
    const unsigned base = !opcode.stack && opcode.writes_back ? 1 : 0;
    memory.base = opcode.stack ? kStackPointer : register_at(instruction, base);
    std::uint64_t mask = 0;
    for (unsigned i = opcode.operands - 1U; i < instruction.getNumOperands(); ++i) {
      const Register reg = register_at(instruction, i);
      list.reg.cls = reg.cls == Register::Class::kVector ? Register::Class::kVector : Register::Class::kGeneral;
      mask |= 1ULL << (reg.cls == Register::Class::kProgramCounter ? kArm32ProgramCounter : reg.index % 64U);
    }
    list.value = static_cast<std::int64_t>(mask);
    const std::int64_t bytes = std::popcount(mask) * std::int64_t{opcode.access_bytes};
    memory.size = static_cast<std::uint16_t>(bytes * 8);
    memory.value = opcode.descending ? -bytes : 0;
    if (opcode.before != opcode.descending) memory.value += opcode.access_bytes;
    append(out, list);
    append(out, memory);
  }

  /// What depends on the operands: branches in disguise, comparisons, stack traffic.
  static void refine(const Arm32Opcode& opcode, Instruction& out) {
    constexpr std::uint8_t kLink = 14, kStack = 13;
    const bool conditional = out.condition != Condition::kNone;
    if (out.flow == Flow::kJump && conditional) out.flow = Flow::kConditionalJump;
    const Operand& first = out.operands[0];
    const Operand& last = out.operands[out.operand_count == 0 ? 0 : out.operand_count - 1U];
    const bool on_stack = last.kind == Operand::Kind::kMemory && last.updates_base && last.base.index == kStack;
    if (out.flow == Flow::kIndirectJump && !opcode.table_branch && first.reg == Register{Register::Class::kGeneral, kLink}) {
      out.flow = Flow::kReturn;
      out.operation = Operation::kReturn;
    }
    if (out.flow == Flow::kIndirectJump && first.reg.cls == Register::Class::kProgramCounter) {  // bx pc
      out.flow = Flow::kJump;
      out.target = aligned_program_counter(out);
      out.switches_state = out.thumb;
    }
    if (!opcode.moves_to_pc) return;
    if (on_stack) out.operation = Operation::kStack;
    const bool to_pc = first.written && (first.reg.cls == Register::Class::kProgramCounter ||
                                         (first.kind == Operand::Kind::kRegisterList && first.reg.cls == Register::Class::kGeneral &&
                                          (static_cast<std::uint64_t>(first.value) >> kArm32ProgramCounter & 1U) != 0));
    if (!to_pc) return;
    const bool link = out.operand_count == 2 && out.operands[1].reg == Register{Register::Class::kGeneral, kLink};
    const bool returns = first.kind == Operand::Kind::kRegisterList || on_stack || link;
    out.flow = returns ? Flow::kReturn : Flow::kIndirectJump;
    out.operation = returns ? Operation::kReturn : Operation::kBranch;
  }

  const Arm32Tables& tables_;
  Mode a32_, thumb_;
  unsigned it_left_ = 0;          ///< Instructions of the IT block that are still to come.
  VirtualAddress it_next_{};      ///< Where the next one of them lies.
};

}  // namespace

Result<std::unique_ptr<Decoder>> make_arm32_decoder() {
  const Arm32Tables* const made = tables();
  if (made == nullptr) return fail(ErrorCode::kUnsupported, "LLVM was built without its ARM back end");
  return std::make_unique<Arm32Decoder>(*made);
}

}  // namespace prova
