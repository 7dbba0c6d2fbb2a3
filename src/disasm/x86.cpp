#include "disasm/x86.h"

#include <Zydis/Zydis.h>

#include "disasm/x86_operation.h"

namespace prova {
namespace {

/// A displacement below this is an offset into a structure, not an address: no program maps the first page, and
/// every common linker starts above 64 KiB.
constexpr std::int64_t kLowestAddress = 0x1'0000;
/// MSVC's __fastfail (winnt.h): `int 29h` ends the process.
constexpr std::int64_t kFastFailInterrupt = 0x29;

/// Zydis numbers registers by class and encoding; ours are encodings too, so only the class needs a table.
Register make_register(ZydisRegister r) {
  const auto id = static_cast<std::uint8_t>(ZydisRegisterGetId(r) < 0 ? 0 : ZydisRegisterGetId(r));
  switch (ZydisRegisterGetClass(r)) {
    case ZYDIS_REGCLASS_INVALID: return {};
    case ZYDIS_REGCLASS_GPR8:
      // al cl dl bl | ah ch dh bh | spl bpl sil dil | r8b...: Zydis numbers these 0..19.
      if (id < 4) return {Register::Class::kGeneral, id};
      return {Register::Class::kGeneral, static_cast<std::uint8_t>(id - 4)};
    case ZYDIS_REGCLASS_GPR16: case ZYDIS_REGCLASS_GPR32: case ZYDIS_REGCLASS_GPR64:
      return {Register::Class::kGeneral, id};
    case ZYDIS_REGCLASS_X87: case ZYDIS_REGCLASS_MMX: return {Register::Class::kFloat, id};
    case ZYDIS_REGCLASS_XMM: case ZYDIS_REGCLASS_YMM: case ZYDIS_REGCLASS_ZMM: return {Register::Class::kVector, id};
    case ZYDIS_REGCLASS_FLAGS: return {Register::Class::kFlags, 0};
    case ZYDIS_REGCLASS_IP: return {Register::Class::kProgramCounter, 0};
    case ZYDIS_REGCLASS_SEGMENT: return {Register::Class::kSegment, id};
    default: return {Register::Class::kOther, id};
  }
}

bool is_high_byte(ZydisRegister r) { return r >= ZYDIS_REGISTER_AH && r <= ZYDIS_REGISTER_BH; }

/// -128 for `mov al, 0x80`, but 0x8000 for `ret 0x8000`: a value as wide as the destination is sign-extended, a
/// narrower one only when the instruction does so itself.
std::int64_t immediate_value(const ZydisDecodedOperand& operand, unsigned index, unsigned destination_bits) {
  if (operand.imm.is_signed || index == 0 || operand.size < destination_bits || operand.size >= 64) {
    return operand.imm.value.s;
  }
  const unsigned unused = 64U - operand.size;
  return static_cast<std::int64_t>(operand.imm.value.u << unused) >> unused;
}

class X86Decoder final : public Decoder {
 public:
  explicit X86Decoder(Arch arch) : is_64_(arch == Arch::kX64) {
    ZydisDecoderInit(&decoder_, is_64_ ? ZYDIS_MACHINE_MODE_LONG_64 : ZYDIS_MACHINE_MODE_LEGACY_32,
                     is_64_ ? ZYDIS_STACK_WIDTH_64 : ZYDIS_STACK_WIDTH_32);
    ZydisFormatterInit(&formatter_, ZYDIS_FORMATTER_STYLE_INTEL);
  }

  bool decode(ByteView bytes, VirtualAddress address, Instruction& out) override {
    ZydisDecodedInstruction raw_instruction;
    ZydisDecodedOperand operands[ZYDIS_MAX_OPERAND_COUNT];
    if (!ZYAN_SUCCESS(ZydisDecoderDecodeInstruction(&decoder_, &context_, bytes.data(), bytes.size(),
                                                    &raw_instruction)) ||
        !ZYAN_SUCCESS(ZydisDecoderDecodeOperands(&decoder_, &context_, &raw_instruction, operands,
                                                 raw_instruction.operand_count_visible))) {
      return false;
    }
    out = Instruction{};
    out.address = address;
    out.length = raw_instruction.length;
    out.mnemonic = raw_instruction.mnemonic;
    out.operation = x86_operation(raw_instruction);
    out.condition = x86_condition(raw_instruction.mnemonic);
    const unsigned destination_bits = raw_instruction.operand_count_visible == 0 ? 0 : operands[0].size;
    for (unsigned i = 0; i < raw_instruction.operand_count_visible && i < out.operands.size(); ++i) {
      set_operand(out, raw_instruction, operands[i], i, destination_bits);
      ++out.operand_count;
    }
    out.flow = flow_of(raw_instruction, out);
    return true;
  }

  std::string format(ByteView bytes, VirtualAddress address) override {
    ZydisDecodedInstruction instruction;
    ZydisDecodedOperand operands[ZYDIS_MAX_OPERAND_COUNT];
    if (!ZYAN_SUCCESS(ZydisDecoderDecodeFull(&decoder_, bytes.data(), bytes.size(), &instruction, operands))) return "";
    char text[256];
    if (!ZYAN_SUCCESS(ZydisFormatterFormatInstruction(&formatter_, &instruction, operands,
                                                      instruction.operand_count_visible, text, sizeof text,
                                                      raw(address), nullptr))) {
      return "";
    }
    return text;
  }

  std::string mnemonic_name(const Instruction& instruction) const override {
    const char* text = ZydisMnemonicGetString(static_cast<ZydisMnemonic>(instruction.mnemonic));
    return text == nullptr ? "" : text;
  }

  unsigned alignment() const override { return 1; }

 private:
  void set_operand(Instruction& out, const ZydisDecodedInstruction& instruction, const ZydisDecodedOperand& from,
                   unsigned index, unsigned destination_bits) const {
    Operand& to = out.operands[index];
    to.size = from.size;
    to.read = (from.actions & ZYDIS_OPERAND_ACTION_MASK_READ) != 0;
    to.written = (from.actions & ZYDIS_OPERAND_ACTION_MASK_WRITE) != 0;
    switch (from.type) {
      case ZYDIS_OPERAND_TYPE_REGISTER:
        to.kind = Operand::Kind::kRegister;
        to.reg = make_register(from.reg.value);
        to.high_byte = is_high_byte(from.reg.value);
        break;
      case ZYDIS_OPERAND_TYPE_IMMEDIATE:
        to.kind = Operand::Kind::kImmediate;
        to.value = immediate_value(from, index, destination_bits);
        if (from.imm.is_relative) {
          ZyanU64 target = 0;
          if (ZYAN_SUCCESS(ZydisCalcAbsoluteAddress(&instruction, &from, raw(out.address), &target))) {
            out.target = VirtualAddress{target};
            to.value = static_cast<std::int64_t>(target);
          }
        }
        break;
      case ZYDIS_OPERAND_TYPE_MEMORY: set_memory(out, instruction, from, to); break;
      default: break;  // A far pointer (`jmp 33h:1234h`): no operand of ours describes it.
    }
  }

  void set_memory(Instruction& out, const ZydisDecodedInstruction& instruction, const ZydisDecodedOperand& from,
                  Operand& to) const {
    to.kind = Operand::Kind::kMemory;
    to.base = make_register(from.mem.base);
    to.index = make_register(from.mem.index);
    to.scale = from.mem.scale == 0 ? 1 : from.mem.scale;
    to.value = from.mem.disp.has_displacement ? from.mem.disp.value : 0;
    if (from.mem.type == ZYDIS_MEMOP_TYPE_AGEN) {
      to.size = 0;
      to.read = to.written = false;
    }
    const bool thread_local_segment =
        from.mem.segment == ZYDIS_REGISTER_FS || from.mem.segment == ZYDIS_REGISTER_GS;
    if (thread_local_segment) to.segment = make_register(from.mem.segment);
    if (thread_local_segment || !from.mem.disp.has_displacement) return;
    if (to.base.cls == Register::Class::kProgramCounter) {
      ZyanU64 absolute = 0;
      if (ZYAN_SUCCESS(ZydisCalcAbsoluteAddress(&instruction, &from, raw(out.address), &absolute))) {
        out.references = VirtualAddress{absolute};
      }
      return;
    }
    const std::uint64_t absolute = static_cast<std::uint64_t>(to.value) & (is_64_ ? ~0ULL : 0xffff'ffffULL);
    const bool pure = to.base.cls == Register::Class::kNone && to.index.cls == Register::Class::kNone;
    const bool wide = instruction.raw.disp.size >= 32;
    if (pure || (wide && (is_64_ ? to.value >= kLowestAddress : absolute >= kLowestAddress))) {
      out.references = VirtualAddress{absolute};
    }
  }

  static Flow flow_of(const ZydisDecodedInstruction& instruction, const Instruction& out) {
    switch (instruction.meta.category) {
      case ZYDIS_CATEGORY_CALL: return out.target ? Flow::kCall : Flow::kIndirectCall;
      case ZYDIS_CATEGORY_UNCOND_BR: return out.target ? Flow::kJump : Flow::kIndirectJump;
      case ZYDIS_CATEGORY_COND_BR: return out.target ? Flow::kConditionalJump : Flow::kNext;
      case ZYDIS_CATEGORY_RET: case ZYDIS_CATEGORY_SYSRET: return Flow::kReturn;
      default: break;
    }
    switch (instruction.mnemonic) {
      case ZYDIS_MNEMONIC_UD0: case ZYDIS_MNEMONIC_UD1: case ZYDIS_MNEMONIC_UD2: case ZYDIS_MNEMONIC_HLT:
      case ZYDIS_MNEMONIC_INT3: return Flow::kTrap;
      case ZYDIS_MNEMONIC_INT: return out.operands[0].value == kFastFailInterrupt ? Flow::kTrap : Flow::kNext;
      default: return Flow::kNext;
    }
  }

  bool is_64_;
  ZydisDecoder decoder_{};
  ZydisDecoderContext context_{};
  ZydisFormatter formatter_{};
};

}  // namespace

std::unique_ptr<Decoder> make_x86_decoder(Arch arch) { return std::make_unique<X86Decoder>(arch); }

}  // namespace prova
