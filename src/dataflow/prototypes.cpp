#include "dataflow/prototypes.h"

#include <algorithm>
#include <bit>

namespace prova {
namespace {

constexpr unsigned kVectorBit = 8;
/// x86 rdx, which one-operand multiplications and sign extensions of the accumulator write without saying so.
constexpr std::uint8_t kX86Rdx = 2;

/// Argument registers as bits.
class ArgumentBits {
 public:
  explicit ArgumentBits(const CallingConvention& c) : convention_(c) {}

  [[nodiscard]] std::uint16_t of(Register r) const {
    if (r.cls == Register::Class::kVector) {
      return r.index < convention_.vector_arguments ? static_cast<std::uint16_t>(1U << (kVectorBit + r.index)) : 0;
    }
    if (r.cls != Register::Class::kGeneral) return 0;
    const auto& all = convention_.integer_arguments;
    const auto it = std::find(all.begin(), all.end(), r.index);
    return it == all.end() ? 0 : static_cast<std::uint16_t>(1U << (it - all.begin()));
  }
  [[nodiscard]] bool is_frame(Register r) const {
    return r.cls == Register::Class::kGeneral && (r.index == convention_.stack_pointer || r.index == convention_.frame_pointer);
  }

 private:
  const CallingConvention& convention_;
};

/// A place in the frame that holds an argument register's first value.
struct Spill {
  Register base;
  std::int64_t offset = 0;
  std::uint16_t bits = 0;
};

/// Collects one function's ArgumentUse.
class UseReader {
 public:
  UseReader(const DecodedFunction& code, const ImageFacts& facts)
      : code_(code), facts_(facts), bits_(calling_convention(facts.image())) {}

  ArgumentUse read() {
    for (std::size_t b = 0; b < code_.function->blocks.size(); ++b) {
      use_.block_begin.push_back(static_cast<std::uint32_t>(use_.segments.size()));
      segment_ = {};
      for (const Instruction& i : code_.block(b)) step(i);
      use_.segments.push_back(segment_);
    }
    use_.block_begin.push_back(static_cast<std::uint32_t>(use_.segments.size()));
    find_reloads();
    return std::move(use_);
  }

 private:
  void reads(std::uint16_t bits) { segment_.read |= static_cast<std::uint16_t>(bits & ~segment_.written); }

  void step(const Instruction& i) {
    const bool clears = i.operation == Operation::kLogic && i.operand_count >= 2 &&
                        i.operands[0].kind == Operand::Kind::kRegister && i.operands[0].reg == i.operands[1].reg &&
                        i.operands[1].kind == Operand::Kind::kRegister;
    if (i.operation != Operation::kStack && !is_spill(i) && !clears) read_operands(i);
    for (unsigned n = 0; n < i.operand_count; ++n) {
      if (i.operands[n].kind == Operand::Kind::kRegister && i.operands[n].written) segment_.written |= bits_.of(i.operands[n].reg);
    }
    const bool implicit = i.operand_count <= 1 && (i.operation == Operation::kMultiply || i.operation == Operation::kDivide ||
                                                   (i.operation == Operation::kMove && i.operand_count == 0));
    if (implicit) segment_.written |= bits_.of({Register::Class::kGeneral, kX86Rdx});
    if (i.flow == Flow::kReturn && i.operand_count > 0 && i.operands[0].kind == Operand::Kind::kImmediate) {
      use_.pops = static_cast<std::uint16_t>(i.operands[0].value);
    }
    call(i);
  }

  /// A plain store of argument registers to the frame, as unoptimised code and functions of variable arguments do.
  bool is_spill(const Instruction& i) {
    const Operand* to = nullptr;
    unsigned registers = 0;
    for (unsigned n = 0; n < i.operand_count; ++n) {
      const Operand& o = i.operands[n];
      if (o.kind == Operand::Kind::kMemory) to = &o;
      else if (o.kind == Operand::Kind::kRegister && !o.written) ++registers;
      else return false;
    }
    if (to == nullptr || registers == 0 || !to->written || to->read || !bits_.is_frame(to->base) ||
        to->index.cls != Register::Class::kNone) {
      return false;
    }
    std::int64_t at = to->value;
    for (unsigned n = 0; n < i.operand_count; ++n) {
      if (i.operands[n].kind != Operand::Kind::kRegister) continue;
      const auto bits = static_cast<std::uint16_t>(bits_.of(i.operands[n].reg) & ~segment_.written);
      if (bits != 0) spills_.push_back({to->base, at, bits});
      at += to->size / 8 / registers;
    }
    return true;
  }

  void read_operands(const Instruction& i) {
    for (unsigned n = 0; n < i.operand_count; ++n) {
      const Operand& o = i.operands[n];
      if (o.kind == Operand::Kind::kRegister && o.read) reads(bits_.of(o.reg));
      if (o.kind == Operand::Kind::kMemory) reads(static_cast<std::uint16_t>(bits_.of(o.base) | bits_.of(o.index)));
    }
  }

  void call(const Instruction& i) {
    const auto& calls = code_.function->calls;
    const auto it = std::lower_bound(calls.begin(), calls.end(), i.address,
                                     [](const CallSite& c, VirtualAddress a) { return raw(c.at) < raw(a); });
    const bool listed = it != calls.end() && it->at == i.address;
    if (!listed && i.flow != Flow::kCall && i.flow != Flow::kIndirectCall) return;
    ImageFacts::Callee callee;
    if (listed && it->import) callee = facts_.resolve_import(*it->import);
    else if (listed && it->target) callee = facts_.resolve(*it->target);
    segment_.callee = callee.function ? *callee.function
                      : callee.import ? *callee.import | ArgumentUse::kImportBit
                                      : ArgumentUse::kUnknownCallee;
    use_.segments.push_back(segment_);
    segment_ = {};
  }

  /// Loads from (or the address of) a spilled argument's place make it used.
  void find_reloads() {
    if (spills_.empty()) return;
    for (const Instruction& i : code_.instructions) {
      for (unsigned n = 0; n < i.operand_count; ++n) {
        const Operand& o = i.operands[n];
        if (o.kind != Operand::Kind::kMemory || (!o.read && o.size != 0) || !bits_.is_frame(o.base)) continue;
        for (const Spill& s : spills_) {
          const bool inside = s.offset >= o.value && s.offset < o.value + std::max(1, o.size / 8);
          if (s.base == o.base && inside) use_.spilled_and_used |= s.bits;
        }
      }
    }
  }

  const DecodedFunction& code_;
  const ImageFacts& facts_;
  ArgumentBits bits_;
  ArgumentUse use_;
  ArgumentUse::Segment segment_;
  std::vector<Spill> spills_;
};

/// All positions up to the highest one taken.
std::uint16_t mask_of(const Prototype& p) {
  return static_cast<std::uint16_t>(((1U << p.integers) - 1) | ((1U << p.vectors) - 1) << kVectorBit);
}
Prototype prototype_of(std::uint16_t live, std::uint16_t pops) {
  Prototype p;
  p.integers = static_cast<std::uint8_t>(std::bit_width(static_cast<unsigned>(live & 0xffU)));
  p.vectors = static_cast<std::uint8_t>(std::bit_width(static_cast<unsigned>(live >> kVectorBit)));
  p.pops = pops;
  p.known = true;
  return p;
}

/// Argument registers live at the block's begin when `out` are live at its end.
std::uint16_t live_before(const ArgumentUse& use, std::size_t block, std::uint16_t out, const Prototypes& known) {
  std::uint16_t live = out;
  for (std::size_t s = use.block_begin[block + 1]; s-- > use.block_begin[block];) {
    const ArgumentUse::Segment& segment = use.segments[s];
    if (segment.callee != ArgumentUse::kNoCall) {
      const bool internal = segment.callee < ArgumentUse::kImportBit;
      live = internal ? mask_of(known.function(segment.callee)) : 0;
    }
    live = static_cast<std::uint16_t>((live & ~segment.written) | segment.read);
  }
  return live;
}

/// Backward passes over a function's blocks until nothing changes; loops need two, odd graphs a few more.
constexpr int kMaxPasses = 8;

std::uint16_t live_at_entry(const Function& f, const ArgumentUse& use, const Prototypes& known) {
  const std::size_t n = f.blocks.size();
  if (n == 0 || use.block_begin.size() != n + 1) return 0;
  std::vector<std::uint16_t> in(n, 0);
  bool changed = true;
  for (int pass = 0; pass < kMaxPasses && changed; ++pass) {
    changed = false;
    for (std::size_t b = n; b-- > 0;) {
      std::uint16_t out = 0;
      for (const std::uint32_t s : f.blocks[b].successors) {
        if (s < n) out |= in[s];
      }
      const std::uint16_t now = live_before(use, b, out, known);
      changed |= now != in[b];
      in[b] = now;
    }
  }
  return static_cast<std::uint16_t>(in[0] | use.spilled_and_used);
}

unsigned leading(std::uint16_t available, unsigned shift) {
  return static_cast<unsigned>(std::countr_one(static_cast<std::uint8_t>(available >> shift)));
}

/// Lowers the prototypes of imports that `f` calls to what is available at each call.
void limit_imports(const Function& f, const ArgumentUse& use, std::uint16_t own, Prototypes& known) {
  const std::size_t n = f.blocks.size();
  if (n == 0 || use.block_begin.size() != n + 1) return;
  std::vector<std::uint16_t> in(n, 0xffff), out(n, 0xffff);
  in[0] = own;
  const auto through = [&](std::size_t b, bool record) {
    std::uint16_t available = in[b];
    for (std::size_t s = use.block_begin[b]; s < use.block_begin[b + 1]; ++s) {
      const ArgumentUse::Segment& segment = use.segments[s];
      available |= segment.written;
      if (segment.callee == ArgumentUse::kNoCall) continue;
      if (record && segment.callee < ArgumentUse::kUnknownCallee && segment.callee >= ArgumentUse::kImportBit) {
        Prototype& p = known.imports[segment.callee & ~ArgumentUse::kImportBit];
        p.integers = static_cast<std::uint8_t>(std::min<unsigned>(p.integers, leading(available, 0)));
        p.vectors = static_cast<std::uint8_t>(std::min<unsigned>(p.vectors, leading(available, kVectorBit)));
        p.known = true;
      }
      available = 0;
    }
    return available;
  };
  bool changed = true;
  for (int pass = 0; pass < kMaxPasses && changed; ++pass) {
    changed = false;
    std::vector<std::uint16_t> next(n, 0xffff);
    next[0] = own;
    for (std::size_t b = 0; b < n; ++b) out[b] = through(b, false);
    for (std::size_t b = 0; b < n; ++b) {
      for (const std::uint32_t s : f.blocks[b].successors) {
        if (s < n) next[s] &= out[b];
      }
    }
    changed = next != in;
    in.swap(next);
  }
  for (std::size_t b = 0; b < n; ++b) through(b, true);
}

}  // namespace

ArgumentUse argument_use(const DecodedFunction& code, const ImageFacts& facts) { return UseReader(code, facts).read(); }

Prototypes infer_prototypes(const ImageFacts& facts, const std::vector<ArgumentUse>& uses) {
  const auto& functions = facts.program().functions;
  const CallingConvention& convention = calling_convention(facts.image());
  Prototypes known;
  known.functions.resize(functions.size());
  for (int round = 0; round < kPrototypeRounds; ++round) {
    for (std::size_t f = 0; f < functions.size(); ++f) {
      known.functions[f] = prototype_of(live_at_entry(functions[f], uses[f], known), uses[f].pops);
    }
  }
  const Prototype all{static_cast<std::uint8_t>(convention.integer_arguments.size()), convention.vector_arguments, 0, false};
  known.imports.assign(facts.image().imports.size(), all);
  for (std::size_t f = 0; f < functions.size(); ++f) limit_imports(functions[f], uses[f], mask_of(known.functions[f]), known);
  return known;
}

}  // namespace prova
