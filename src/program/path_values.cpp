#include "program/path_values.h"

namespace prova {
namespace {

constexpr std::uint8_t kArmZeroRegister = 32;

/// AArch32 reads of the program counter: two instructions on.
std::int64_t program_counter(const Instruction& i) { return static_cast<std::int64_t>(raw(i.address)) + (i.thumb ? 4 : 8); }

std::int64_t wrapping_add(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}
std::int64_t wrapping_multiply(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) * static_cast<std::uint64_t>(b));
}
LinearValue constant(std::int64_t value) { return {value, 0, -1}; }
LinearValue scaled(const LinearValue& value, std::int64_t factor) {
  return {wrapping_multiply(value.constant, factor), wrapping_multiply(value.multiplier, factor), value.term};
}

bool is_slot(const Operand& memory) {
  return memory.kind == Operand::Kind::kMemory && memory.index.cls == Register::Class::kNone &&
         memory.base.cls == Register::Class::kGeneral && memory.segment.cls == Register::Class::kNone &&
         !memory.updates_base;
}

bool loads_signed(const std::string& name) { return name.starts_with("movsx") || name.starts_with("ldrs") || name.starts_with("ldurs"); }

}  // namespace

LinearValue PathValues::fresh() {
  terms_.emplace_back();
  return {0, 1, static_cast<std::int32_t>(terms_.size() - 1)};
}

LinearValue PathValues::sum(const LinearValue& a, const LinearValue& b) {
  if (a.is_constant()) return {wrapping_add(a.constant, b.constant), b.multiplier, b.term};
  if (b.is_constant()) return {wrapping_add(a.constant, b.constant), a.multiplier, a.term};
  if (a.term == b.term) {
    return {wrapping_add(a.constant, b.constant), wrapping_add(a.multiplier, b.multiplier), a.term};
  }
  return fresh();
}

LinearValue PathValues::read_register(const Register& reg) {
  if (reg.cls != Register::Class::kGeneral) return fresh();
  if (reg.index == kArmZeroRegister) return constant(0);
  const auto known = registers_.find(reg.index);
  if (known != registers_.end()) return known->second;
  const LinearValue value = fresh();
  registers_[reg.index] = value;
  return value;
}

LinearValue PathValues::address_of(const Operand& memory, const Instruction& instruction) {
  const bool absolute = memory.base.cls == Register::Class::kProgramCounter ||
                        (memory.base.cls == Register::Class::kNone && instruction.references);
  LinearValue base;
  if (absolute && instruction.references) base = constant(static_cast<std::int64_t>(raw(*instruction.references)));
  else {
    base = memory.base.cls == Register::Class::kNone ? constant(0) : read_register(memory.base);
    if (!memory.post_indexed) base = sum(base, constant(memory.value));
  }
  if (memory.index.cls == Register::Class::kNone || memory.post_indexed) return base;
  return sum(base, scaled(read_register(memory.index), memory.scale));
}

/// AArch32 keeps constants between functions, and code is constant.
std::optional<std::int64_t> PathValues::literal(const LinearValue& address, unsigned bytes) const {
  const VirtualAddress at{static_cast<std::uint64_t>(address.constant) & 0xffff'ffffU};
  if (image_.arch != Arch::kArm || !address.is_constant() || bytes != 4 || !image_.is_code(at)) return std::nullopt;
  const auto value = image_.pointer_at(at);
  if (!value) return std::nullopt;
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(raw(*value)));
}

LinearValue PathValues::load(const LinearValue& address, unsigned bytes, bool sign_extended) {
  if (const auto value = literal(address, bytes)) return constant(*value);
  PathTerm term;
  term.is_load = true;
  term.address = address;
  term.size = static_cast<std::uint8_t>(bytes);
  term.sign_extended = sign_extended;
  terms_.push_back(term);
  return {0, 1, static_cast<std::int32_t>(terms_.size() - 1)};
}

LinearValue PathValues::read(const Operand& operand, const Instruction& instruction, bool sign_extended) {
  switch (operand.kind) {
    case Operand::Kind::kImmediate: return constant(operand.value);
    case Operand::Kind::kRegister:
      if (operand.reg.cls == Register::Class::kProgramCounter) return constant(program_counter(instruction));
      return read_register(operand.reg);
    case Operand::Kind::kMemory: {
      const SlotKey key{operand.base.index, operand.value};
      if (is_slot(operand)) {
        const auto known = slots_.find(key);
        if (known != slots_.end()) return known->second;
      }
      const LinearValue value = load(address_of(operand, instruction), operand.size / 8U, sign_extended);
      if (is_slot(operand)) slots_[key] = value;
      return value;
    }
    case Operand::Kind::kNone: case Operand::Kind::kRegisterList: break;
  }
  return fresh();
}

LinearValue PathValues::shifted_operand(const Operand& operand, const Instruction& instruction) {
  const LinearValue value = read(operand, instruction, operand.extend >= Extend::kSign8);
  if (operand.shift == Shift::kLeft && operand.shift_amount < 16) return scaled(value, 1LL << operand.shift_amount);
  if (operand.shift != Shift::kNone) return fresh();
  if (operand.extend != Extend::kNone && operand.extend >= Extend::kSign8 && !value.is_constant()) {
    PathTerm& term = terms_[static_cast<std::size_t>(value.term)];
    if (term.is_load && value.multiplier == 1 && value.constant == 0) term.sign_extended = true;
  }
  return operand.shift_amount < 16 ? scaled(value, 1LL << operand.shift_amount) : fresh();
}

void PathValues::write(const Operand& operand, const LinearValue& value) {
  if (operand.kind == Operand::Kind::kRegister && operand.reg.cls == Register::Class::kGeneral) {
    registers_[operand.reg.index] = value;
    for (auto it = slots_.begin(); it != slots_.end();) {  // A slot's key means something else from here on.
      it = it->first.first == operand.reg.index ? slots_.erase(it) : std::next(it);
    }
  } else if (is_slot(operand)) {
    slots_[{operand.base.index, operand.value}] = value;
  }
}

void PathValues::compare(const LinearValue& left, const LinearValue& right) {
  comparison_.reset();
  if (right.is_constant() && !left.is_constant() && left.multiplier == 1) comparison_ = {left, right.constant};
}

void PathValues::branch(Condition condition, bool taken) {
  if (!comparison_) return;
  const std::int64_t right = comparison_->right;
  std::optional<std::int64_t> high;
  switch (condition) {
    case Condition::kUnsignedGreater: case Condition::kSignedGreater: if (!taken) high = right; break;
    case Condition::kUnsignedGreaterEqual: case Condition::kSignedGreaterEqual: if (!taken) high = right - 1; break;
    case Condition::kUnsignedLessEqual: case Condition::kSignedLessEqual: if (taken) high = right; break;
    case Condition::kUnsignedLess: case Condition::kSignedLess: if (taken) high = right - 1; break;
    default: break;
  }
  if (!high || *high < 0) return;
  // left = constant + term lies in [0, high].
  PathTerm& term = terms_[static_cast<std::size_t>(comparison_->left.term)];
  term.low = wrapping_add(0, -comparison_->left.constant);
  term.high = wrapping_add(*high, -comparison_->left.constant);
}

void PathValues::keep_constants() {
  slots_.clear();
  comparison_.reset();
  for (auto it = registers_.begin(); it != registers_.end();) {
    it = it->second.is_constant() ? std::next(it) : registers_.erase(it);
  }
}

void PathValues::forget_call_clobbered() {
  comparison_.reset();
  // What every calling convention in use leaves to the callee: x86 rax rcx rdx r8-r11; AArch64 x0-x17. Registers
  // that some keep and some do not count as kept: a wrong table is caught when its entries are checked.
  for (const unsigned r : {0U, 1U, 2U, 8U, 9U, 10U, 11U}) registers_.erase(r);
}

void PathValues::step_arithmetic(const Instruction& instruction, const std::string& name) {
  const unsigned n = instruction.operand_count;
  const bool add = name == "add" || name == "adds" || name == "addw";
  const bool subtract = name == "sub" || name == "subs" || name == "subw";
  if (n < 2 || !(add || subtract)) {
    if (n > 0 && (name == "inc" || name == "dec")) {
      const LinearValue old = read(instruction.operands[0], instruction, false);
      write(instruction.operands[0], sum(old, constant(name == "inc" ? 1 : -1)));
      return;
    }
    for (unsigned i = 0; i < n; ++i) {
      if (instruction.operands[i].written) write(instruction.operands[i], fresh());
    }
    return;
  }
  const LinearValue left = read(instruction.operands[n - 2], instruction, false);
  const LinearValue right = shifted_operand(instruction.operands[n - 1], instruction);
  if (subtract) compare(left, right);
  write(instruction.operands[0], sum(left, subtract ? scaled(right, -1) : right));
}

void PathValues::step_logic(const Instruction& instruction, const std::string& name) {
  const unsigned n = instruction.operand_count;
  if (n < 2 || !instruction.operands[0].written) return;
  const Operand& left = instruction.operands[n - 2];
  const Operand& right = instruction.operands[n - 1];
  LinearValue result = fresh();
  if ((name == "and" || name == "ands") && right.kind == Operand::Kind::kImmediate && right.value >= 0) {
    terms_.back().low = 0;
    terms_.back().high = right.value;
    if (right.value == 0xff || right.value == 0xffff || right.value == 0xffff'ffff) result = read(left, instruction, false);
  } else if (image_.arch == Arch::kArm && name == "orr" && right.kind == Operand::Kind::kImmediate && right.value == 1) {
    result = read(left, instruction, false);  // Sets the Thumb bit of an address.
  } else if (name == "xor" && left.kind == Operand::Kind::kRegister && right.kind == Operand::Kind::kRegister &&
             left.reg == right.reg) {
    result = constant(0);
  }
  write(instruction.operands[0], result);
}

/// ubfm rd, rn, #immr, #imms: zero extension when immr is 0, left shift by size - immr when imms is immr - 1.
LinearValue PathValues::bit_field(const Instruction& instruction) {
  const LinearValue value = read(instruction.operands[1], instruction, false);
  const std::int64_t bits = instruction.operands[0].size;
  const std::int64_t rotation = instruction.operands[2].value, top = instruction.operands[3].value;
  if (rotation == 0 && (top == 7 || top == 15 || top == 31)) return value;
  if (rotation == top + 1 && bits - rotation > 0 && bits - rotation < 16) return scaled(value, 1LL << (bits - rotation));
  return fresh();
}

void PathValues::step(const Instruction& instruction) {
  const unsigned n = instruction.operand_count;
  if (instruction.flow == Flow::kCall || instruction.flow == Flow::kIndirectCall) return forget_call_clobbered();
  if (instruction.flow != Flow::kNext) return;
  const std::string name = decoder_.mnemonic_name(instruction);
  if (name == "cdqe") extend_accumulator();
  if (n == 0) return;
  const Operand& to = instruction.operands[0];
  const bool may_not_happen = decoder_.alignment() == 2 && instruction.condition != Condition::kNone;
  if (may_not_happen) return forget_written(instruction);
  switch (instruction.operation) {
    case Operation::kMove:
      if (name == "movt") {
        const LinearValue low = read(to, instruction, false);
        write(to, low.is_constant() ? constant((low.constant & 0xffff) | (instruction.operands[n - 1].value & 0xffff) << 16) : fresh());
      } else if (n == 2 && name.starts_with("uxt")) {
        write(to, read(instruction.operands[1], instruction, false));
      } else if (n == 3 && name == "orr") {
        write(to, shifted_operand(instruction.operands[2], instruction));
      } else if (name == "movk" || name == "movn") {
        write(to, fresh());
      } else if (n == 2 && to.written && to.kind == Operand::Kind::kMemory) {
        write(to, read(instruction.operands[1], instruction, false));
      } else if (n == 2 && to.written) {
        const bool hidden = immediates_ == Immediates::kUnknown && instruction.operands[1].kind == Operand::Kind::kImmediate;
        write(to, hidden ? fresh() : read(instruction.operands[1], instruction, loads_signed(name)));
      } else if (n == 2 && instruction.operands[1].written) {  // Arm stores name the source first.
        write(instruction.operands[1], read(to, instruction, false));
      } else {
        forget_written(instruction);
      }
      break;
    case Operation::kAddressOf:
      if (n == 2 && instruction.operands[1].kind == Operand::Kind::kMemory) {
        write(to, address_of(instruction.operands[1], instruction));
      } else if (instruction.references) {
        write(to, constant(static_cast<std::int64_t>(raw(*instruction.references))));
      }
      break;
    case Operation::kArithmetic: step_arithmetic(instruction, name); break;
    case Operation::kLogic: step_logic(instruction, name); break;
    case Operation::kShift:
      if ((name == "shl" || name == "sal" || name == "lsl" || name == "lsls") && instruction.operands[n - 1].kind == Operand::Kind::kImmediate &&
          instruction.operands[n - 1].value >= 0 && instruction.operands[n - 1].value < 16) {
        write(to, scaled(read(instruction.operands[n == 3 ? 1 : 0], instruction, false), 1LL << instruction.operands[n - 1].value));
      } else if (n == 4 && name == "ubfm") {
        write(to, bit_field(instruction));
      } else {
        write(to, fresh());
      }
      break;
    case Operation::kCompare:
      comparison_.reset();
      if (n >= 2 && (name == "cmp" || name == "subs")) {
        compare(read(instruction.operands[n - 2], instruction, false), read(instruction.operands[n - 1], instruction, false));
      }
      break;
    default: forget_written(instruction);
  }
}

/// gcc without optimisation loads a table's entry into eax and extends it only then.
void PathValues::extend_accumulator() {
  constexpr unsigned kRax = 0;
  const LinearValue value = read_register({Register::Class::kGeneral, kRax});
  if (value.is_constant()) {
    registers_[kRax] = constant(static_cast<std::int32_t>(static_cast<std::uint32_t>(value.constant)));
    return;
  }
  PathTerm& term = terms_[static_cast<std::size_t>(value.term)];
  if (term.is_load && term.size == 4 && value.constant == 0 && value.multiplier == 1) term.sign_extended = true;
}

void PathValues::forget_written(const Instruction& instruction) {
  for (unsigned i = 0; i < instruction.operand_count; ++i) {
    const Operand& operand = instruction.operands[i];
    if (operand.kind == Operand::Kind::kRegisterList && operand.written) registers_.clear();
    if (operand.written) write(operand, fresh());
  }
}

LinearValue PathValues::target_of(const Instruction& jump) {
  if (jump.operand_count == 0) return fresh();
  const Operand& first = jump.operands[0];
  if (decoder_.alignment() != 2) return read(first, jump, false);
  if (first.kind == Operand::Kind::kMemory) {  // tbb [pc, r], tbh [pc, r, lsl #1]
    return sum(constant(program_counter(jump)), scaled(read(first, jump, false), 2));
  }
  if (first.reg.cls != Register::Class::kProgramCounter) return read(first, jump, false);  // bx r
  const Operand& last = jump.operands[jump.operand_count - 1U];
  if (jump.operand_count == 2) return shifted_operand(last, jump);  // ldr pc, [...]; mov pc, r
  return sum(read(jump.operands[1], jump, false), shifted_operand(last, jump));  // add pc, pc, r, lsl #2
}

}  // namespace prova
