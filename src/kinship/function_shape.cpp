#include "kinship/function_shape.h"

#include <algorithm>

#include "features/exact_hash.h"
#include "features/page_registers.h"
#include "features/reference_features.h"

namespace prova {
namespace {

/// What kind of thing a meaning is; keeps equal numbers of different kinds apart.
enum Tag : std::uint64_t { kImportTag = 1, kCalleeTag, kContentTag, kConstantTag, kFieldTag, kEffectTag };

/// Stack and frame pointers: what lies there is a local variable, and its offset the compiler's choice.
bool is_frame(Register r, Arch arch) {
  if (r.cls != Register::Class::kGeneral) return false;
  const bool x86 = arch == Arch::kX86 || arch == Arch::kX64;
  return x86 ? r.index == 4 || r.index == 5 : r.index == 29 || r.index == 31;
}

std::uint64_t mnemonic_shape(const Instruction& i, Mnemonics& mnemonics) {
  std::uint64_t h = mix(mnemonics.hash(i), static_cast<std::uint64_t>(i.condition));
  for (unsigned n = 0; n < i.operand_count; ++n) h = mix(h, static_cast<std::uint64_t>(i.operands[n].kind));
  return h;
}

std::uint8_t memory_use(const Instruction& i) {
  std::uint8_t use = 0;
  for (unsigned n = 0; n < i.operand_count; ++n) {
    const Operand& o = i.operands[n];
    if (o.kind != Operand::Kind::kMemory || o.size == 0) continue;
    use |= static_cast<std::uint8_t>((o.read ? 1U : 0U) | (o.written ? 2U : 0U));
  }
  return use;
}

/// The meaning of one instruction, what says most first: callee, referenced content, number, field.
class MeaningReader {
 public:
  MeaningReader(const ImageFacts& facts, const std::vector<std::uint64_t>& callee_labels)
      : facts_(facts), labels_(callee_labels) {}

  [[nodiscard]] std::uint64_t of(const Instruction& i, std::optional<VirtualAddress> joined) const {
    if (i.target) return of_callee(facts_.resolve(*i.target));
    if (joined || i.references) return of_address(joined ? *joined : *i.references);
    std::uint64_t field = 0;
    const bool on_frame = std::any_of(i.operands.begin(), i.operands.begin() + i.operand_count, [&](const Operand& o) {
      return o.kind == Operand::Kind::kRegister && is_frame(o.reg, facts_.image().arch);
    });
    for (unsigned n = 0; n < i.operand_count; ++n) {
      const Operand& o = i.operands[n];
      if (o.kind == Operand::Kind::kImmediate && !on_frame) {
        if (const std::uint64_t number = of_number(o); number != 0) return number;
      }
      if (o.kind == Operand::Kind::kMemory && o.size != 0 && o.value != 0 && !o.post_indexed &&
          o.base.cls == Register::Class::kGeneral && !is_frame(o.base, facts_.image().arch)) {
        field = mix(mix(kFieldTag, static_cast<std::uint64_t>(o.value)), static_cast<std::uint64_t>(width_class(o.size)));
      }
    }
    return field;
  }

  [[nodiscard]] std::uint64_t of_callee(const ImageFacts::Callee& callee) const {
    if (callee.function && *callee.function < labels_.size() && labels_[*callee.function] != 0) {
      return mix(kCalleeTag, labels_[*callee.function]);
    }
    if (callee.import) {
      if (const auto name = facts_.import_name(*callee.import); !name.empty()) return mix(kImportTag, hash64(name));
    }
    return 0;
  }

 private:
  [[nodiscard]] std::uint64_t of_address(VirtualAddress address) const {
    if (const auto import = facts_.import_index(address)) return of_callee(facts_.resolve_import(*import));
    if (const auto function = facts_.function_at(address)) return of_callee({function, std::nullopt});
    const std::uint64_t content = facts_.meaning(address).content;
    return content == 0 ? 0 : mix(kContentTag, content);
  }
  [[nodiscard]] std::uint64_t of_number(const Operand& o) const {
    const auto value = static_cast<std::uint64_t>(o.value) << (o.shift == Shift::kLeft ? o.shift_amount % 64U : 0U);
    if (facts_.looks_like_address(value)) return of_address(VirtualAddress{value});
    const std::int64_t number = plain_number(static_cast<std::int64_t>(value));
    return number >= -1 && number <= 1 ? 0 : mix(kConstantTag, static_cast<std::uint64_t>(number));
  }

  const ImageFacts& facts_;
  const std::vector<std::uint64_t>& labels_;
};

}  // namespace

Result<std::unique_ptr<ShapeReader>> ShapeReader::make(const ImageFacts& facts) {
  PROVA_TRY(decoder, make_decoder(facts.image().arch));
  std::unique_ptr<ShapeReader> reader(new ShapeReader(facts, std::move(decoder)));
  if (FlowExtractor::supports(facts.image().arch)) reader->infer();
  return reader;
}

ShapeReader::ShapeReader(const ImageFacts& facts, std::unique_ptr<Decoder> decoder)
    : facts_(&facts), decoder_(std::move(decoder)), mnemonics_(*decoder_), flows_(facts, prototypes_, mnemonics_),
      hashes_(facts) {}

void ShapeReader::infer() {
  const auto& functions = facts_->program().functions;
  std::vector<ArgumentUse> uses(functions.size());
  for (std::size_t f = 0; f < functions.size(); ++f) {
    if (functions[f].kind != FunctionKind::kFunction) continue;
    decode_function(facts_->image(), functions[f], *decoder_, code_);
    uses[f] = argument_use(code_, *facts_);
  }
  prototypes_ = infer_prototypes(*facts_, uses);
}

void ShapeReader::add_effects(FunctionShape& shape, const std::vector<std::uint64_t>& callee_labels) {
  const FunctionFlow& flow = flows_.flow();
  hashes_.compute(flow);
  const MeaningReader meanings(*facts_, callee_labels);
  for (const Effect& e : flow.effects) {
    std::vector<std::uint64_t>& out = shape.effects[e.block];
    const auto add = [&](std::uint64_t what) { out.push_back(mix(mix(kEffectTag, static_cast<std::uint64_t>(e.kind)), what)); };
    switch (e.kind) {
      case Effect::Kind::kStore: add(mix(width_of_bits(e.bits), mix(hashes_.label(e.a), hashes_.label(e.b)))); break;
      case Effect::Kind::kBranch: if (e.a != kNoNode) add(hashes_.deep(e.a)); break;
      case Effect::Kind::kReturn: if (e.a != kNoNode) add(hashes_.deep(e.a)); break;
      case Effect::Kind::kCall:
        if (e.callee.kind == CalleeLabel::Kind::kImport) add(meanings.of_callee({std::nullopt, e.callee.index}));
        if (e.callee.kind == CalleeLabel::Kind::kInternal) add(meanings.of_callee({e.callee.index, std::nullopt}));
        for (const Argument& a : flow.arguments_of(e)) add(mix(a.position, hashes_.deep(a.value)));
        break;
    }
  }
}

FunctionShape ShapeReader::read(std::uint32_t function, const std::vector<std::uint64_t>& callee_labels) {
  const Function& f = facts_->program().functions[function];
  decode_function(facts_->image(), f, *decoder_, code_);
  FunctionShape shape;
  shape.arch = facts_->image().arch;
  shape.capped = code_.capped;
  shape.blocks.resize(f.blocks.size());
  shape.effects.resize(f.blocks.size());
  const MeaningReader meanings(*facts_, callee_labels);
  PageRegisters pages;
  for (std::size_t b = 0; b < f.blocks.size(); ++b) {
    shape.successors.push_back(f.blocks[b].successors);
    pages.clear();
    for (const Instruction& i : code_.block(b)) {
      const auto joined = pages.step(i);
      const bool inside = i.target && i.flow != Flow::kCall && !facts_->function_at(*i.target);
      shape.blocks[b].push_back({instruction_hash(i, joined.has_value(), *facts_, mnemonics_) | 1U,
                                 inside ? 0 : meanings.of(i, joined), mnemonic_shape(i, mnemonics_), i.operation,
                                 memory_use(i)});
    }
  }
  if (FlowExtractor::supports(shape.arch) && flows_.extract(code_)) add_effects(shape, callee_labels);
  return shape;
}

}  // namespace prova
