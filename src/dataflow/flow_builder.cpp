#include "dataflow/flow_builder.h"

#include <algorithm>
#include <array>

#include "base/hash.h"

namespace prova {
namespace {

/// Arguments on the stack that we look at when nobody says how many there are.
constexpr std::size_t kMaxStackArguments = 8;
/// `mov reg, [esp]; ret`, as 32-bit position-independent code calls it to learn where it is.
constexpr std::size_t kThunkBytes = 4;

/// Names of functions that a compiler calls for its own checks.
bool is_compiler_check(std::string_view name) {
  return name == "stack_chk_fail" || name == "stack_chk_fail_local" || name == "security_check_cookie";
}

}  // namespace

FlowBuilder::FlowBuilder(const ImageFacts& facts, const Prototypes& prototypes)
    : facts_(facts), prototypes_(prototypes), convention_(calling_convention(facts.image())), ssa_(graph_) {}

void FlowBuilder::start(const DecodedFunction& code) {
  code_ = &code;
  graph_.clear();
  effects_.clear();
  arguments_.clear();
  ssa_.start(*code.function, convention_);
}

void FlowBuilder::begin_block(std::uint32_t block) {
  block_ = block;
  flags_pending_ = false;
  fresh_general_ = fresh_vector_ = 0;
  fresh_slots_.clear();
}

void FlowBuilder::end_block() {
  if (flags_pending_) write(kFlagsVariable, flags());
  ssa_.fill(block_);
}

void FlowBuilder::write(Variable v, NodeId value) {
  if (v == convention_.frame_pointer && block_ == ssa_.order().front() && stack_offset(graph_, value)) {
    ssa_.trust_frame_pointer();
  }
  if (v < kFirstVector) fresh_general_ |= 1U << v;
  if (v >= kFirstVector && v < kFirstX87) fresh_vector_ |= 1U << (v - kFirstVector);
  ssa_.write(v, block_, value);
}

std::optional<Variable> FlowBuilder::variable(Register r) {
  switch (r.cls) {
    case Register::Class::kGeneral: return r.index < kFirstVector ? std::optional<Variable>(r.index) : std::nullopt;
    case Register::Class::kVector: return kFirstVector + r.index % 32;
    case Register::Class::kFloat: return kFirstX87 + r.index % 8;
    default: return std::nullopt;
  }
}

NodeId FlowBuilder::get(Register r) {
  if (const auto v = variable(r)) return read(*v);
  if (r.cls == Register::Class::kGeneral) return graph_.constant(0);  // AArch64's zero register.
  return graph_.unique(NodeKind::kUndefined);
}

void FlowBuilder::set(Register r, NodeId value) {
  if (const auto v = variable(r)) write(*v, value);
}

NodeId FlowBuilder::number(std::int64_t value) {
  const auto bits = facts_.image().bits == 32 ? static_cast<std::uint32_t>(value) : static_cast<std::uint64_t>(value);
  return facts_.looks_like_address(bits) ? graph_.address(VirtualAddress{bits}) : graph_.constant(value);
}

NodeId FlowBuilder::thread_local_base(Register segment) {
  const std::array<NodeId, 0> none{};
  return other(mix(hash64("segment"), segment.index), none);
}

NodeId FlowBuilder::address_of(const Instruction& i, const Operand& o) {
  NodeId address = o.base.cls == Register::Class::kProgramCounter && i.references
                       ? graph_.address(*i.references)
                       : number(o.post_indexed ? 0 : o.value);
  if (o.base.cls == Register::Class::kGeneral) address = add(graph_, address, get(o.base));
  if (o.index.cls == Register::Class::kGeneral && !o.post_indexed) {
    address = linear(graph_, address, 1, get(o.index), o.scale);
  }
  if (o.segment.cls != Register::Class::kNone) address = add(graph_, address, thread_local_base(o.segment));
  return address;
}

NodeId FlowBuilder::value_of(const Instruction& i, const Operand& o) {
  switch (o.kind) {
    case Operand::Kind::kRegister: return get(o.reg);
    case Operand::Kind::kImmediate: return number(o.value);
    case Operand::Kind::kMemory: return o.size == 0 ? address_of(i, o) : load(address_of(i, o), o.size);
    case Operand::Kind::kNone: case Operand::Kind::kRegisterList: break;
  }
  return graph_.unique(NodeKind::kUndefined);
}

void FlowBuilder::assign(const Instruction& i, const Operand& o, NodeId value) {
  if (o.kind == Operand::Kind::kRegister) set(o.reg, value);
  if (o.kind == Operand::Kind::kMemory) store(address_of(i, o), o.size, value);
}

NodeId FlowBuilder::load(NodeId address, unsigned bits) {
  if (const auto offset = stack_offset(graph_, address)) return read(ssa_.slot(*offset));
  const Node& n = graph_[address];
  if (n.kind == NodeKind::kAddress) {
    const VirtualAddress at{static_cast<std::uint64_t>(n.value)};
    if (facts_.import_index(at)) return address;  // The slot stands for what the loader puts there.
    if (const auto target = facts_.pointer_target(at)) return graph_.address(*target);
    if (bits <= 64) {
      if (const auto value = facts_.constant_at(at, bits / 8)) return number(static_cast<std::int64_t>(*value));
    }
  }
  const std::array<Term, 1> from = {Term{1, address}};
  return graph_.intern(NodeKind::kLoad, width_of_bits(bits), 0, from);
}

void FlowBuilder::store(NodeId address, unsigned bits, NodeId value) {
  if (const auto offset = stack_offset(graph_, address)) {
    write(ssa_.slot(*offset), value);
    fresh_slots_.push_back(*offset);
    return;
  }
  Effect e;
  e.kind = Effect::Kind::kStore;
  e.bits = static_cast<std::uint16_t>(bits);
  e.block = block_;
  e.a = address;
  e.b = value;
  effects_.push_back(e);
}

void FlowBuilder::set_flags(FlagsKind kind, NodeId x, NodeId y) {
  flags_kind_ = kind;
  flags_x_ = x;
  flags_y_ = y;
  flags_pending_ = true;
}

NodeId FlowBuilder::flags() {
  if (!flags_pending_) return read(kFlagsVariable);
  const std::array<Term, 2> terms = {Term{1, flags_x_}, Term{1, flags_y_}};
  return graph_.intern(NodeKind::kFlags, static_cast<std::uint8_t>(flags_kind_), 0,
                       std::span(terms).first(flags_y_ == kNoNode ? 1 : 2));
}

NodeId FlowBuilder::choose(NodeId x, NodeId y) {
  if (x == y) return x;
  const NodeId phi = graph_.unique(NodeKind::kPhi);
  const std::array<Term, 2> terms = {Term{1, x}, Term{1, y}};
  graph_.set_terms(phi, terms);
  return phi;
}

NodeId FlowBuilder::other(std::uint64_t name, std::span<const NodeId> arguments, NodeKind kind) {
  std::array<Term, 5> terms;
  const std::size_t n = std::min(arguments.size(), terms.size());
  for (std::size_t i = 0; i < n; ++i) terms[i] = {1, arguments[i]};
  return graph_.intern(kind, 0, static_cast<std::int64_t>(name), std::span(terms).first(n));
}

void FlowBuilder::branch(NodeId condition) {
  // A stack canary compared with itself is such a constant: the slot that it was stored in holds the same node.
  if (graph_.is_constant(condition)) return;
  Effect e;
  e.kind = Effect::Kind::kBranch;
  e.block = block_;
  e.a = condition;
  effects_.push_back(e);
}

CalleeLabel FlowBuilder::callee_of(const Instruction& i, NodeId target) {
  ImageFacts::Callee callee;
  const auto& calls = code_->function->calls;
  const auto it = std::lower_bound(calls.begin(), calls.end(), i.address,
                                   [](const CallSite& c, VirtualAddress a) { return raw(c.at) < raw(a); });
  if (it != calls.end() && it->at == i.address) {
    if (it->import) callee = facts_.resolve_import(*it->import);
    else if (it->target) callee = facts_.resolve(*it->target);
  } else if (i.target) {
    callee = facts_.resolve(*i.target);
  } else if (target != kNoNode && graph_[target].kind == NodeKind::kAddress) {
    callee = facts_.resolve(VirtualAddress{static_cast<std::uint64_t>(graph_[target].value)});
  }
  if (callee.import) return {CalleeLabel::Kind::kImport, *callee.import};
  if (callee.function) return {CalleeLabel::Kind::kInternal, *callee.function};
  return {i.target ? CalleeLabel::Kind::kInternal : CalleeLabel::Kind::kIndirect, UINT32_MAX};
}

std::optional<Variable> FlowBuilder::program_counter_thunk(const Instruction& i) const {
  if (facts_.image().arch != Arch::kX86 || !i.target) return std::nullopt;
  const ByteView bytes = facts_.image().bytes_at(*i.target, kThunkBytes);
  if (bytes.size() < kThunkBytes) return std::nullopt;
  const auto byte = [&](std::size_t n) { return std::to_integer<unsigned>(bytes[n]); };
  if (byte(0) != 0x8b || (byte(1) & 0xc7U) != 0x04 || byte(2) != 0x24 || byte(3) != 0xc3) return std::nullopt;
  return byte(1) >> 3U & 7U;
}

void FlowBuilder::call(const Instruction& i, bool tail) {
  if (const auto here = program_counter_thunk(i)) return write(*here, graph_.address(i.end()));
  if (i.flow == Flow::kCall && i.target == i.end()) return push(graph_.address(i.end()));
  Effect e;
  e.kind = Effect::Kind::kCall;
  e.block = block_;
  const bool indirect = (i.flow == Flow::kIndirectCall || i.flow == Flow::kIndirectJump) && i.operand_count > 0;
  if (indirect) e.a = value_of(i, i.operands[0]);
  e.callee = callee_of(i, e.a);
  if (e.callee.kind != CalleeLabel::Kind::kIndirect) e.a = kNoNode;
  const bool check = e.callee.kind == CalleeLabel::Kind::kImport && is_compiler_check(facts_.import_name(e.callee.index));
  if (check) return;
  // At a tail call the return address of our own caller is already on the stack, as at the callee's entry.
  if (tail && convention_.pushes_return_address) move_stack_pointer(convention_.word);
  read_arguments(e);
  effects_.push_back(e);
  clobber(e);
  if (tail) return_value();
}

void FlowBuilder::read_arguments(Effect& call) {
  call.arguments_begin = static_cast<std::uint32_t>(arguments_.size());
  const Prototype p = call.callee.kind == CalleeLabel::Kind::kImport     ? prototypes_.import(call.callee.index)
                      : call.callee.kind == CalleeLabel::Kind::kInternal ? prototypes_.function(call.callee.index)
                                                                         : Prototype{};
  if (p.known) {
    read_register_arguments(call, p.integers, p.vectors);
  } else {
    unsigned integers = 0;
    while (integers < convention_.integer_arguments.size() &&
           (fresh_general_ >> convention_.integer_arguments[integers] & 1U) != 0) {
      ++integers;
    }
    read_register_arguments(call, integers, 0);
  }
  if (convention_.integer_arguments.empty()) read_fresh_arguments(call);
  call.argument_count = static_cast<std::uint32_t>(arguments_.size()) - call.arguments_begin;
}

void FlowBuilder::read_register_arguments(Effect&, unsigned integers, unsigned vectors) {
  for (unsigned n = 0; n < integers && n < convention_.integer_arguments.size(); ++n) {
    arguments_.push_back({static_cast<std::uint8_t>(n), read(convention_.integer_arguments[n])});
  }
  for (unsigned n = 0; n < vectors && n < convention_.vector_arguments; ++n) {
    arguments_.push_back({static_cast<std::uint8_t>(kVectorPosition + n), read(kFirstVector + n)});
  }
}

void FlowBuilder::read_fresh_arguments(Effect&) {
  const auto top = stack_offset(graph_, read(convention_.stack_pointer));
  if (!top) return;
  for (std::size_t n = 0; n < kMaxStackArguments; ++n) {
    const std::int64_t at = *top + static_cast<std::int64_t>(n) * convention_.word;
    if (std::find(fresh_slots_.begin(), fresh_slots_.end(), at) == fresh_slots_.end()) return;
    arguments_.push_back({static_cast<std::uint8_t>(n), read(ssa_.slot(at))});
  }
}

void FlowBuilder::clobber(const Effect& call) {
  const auto index = static_cast<std::int64_t>(effects_.size() - 1);
  const NodeId changed = graph_.unique(NodeKind::kUndefined);
  for (Variable v = 0; v < kFirstVector; ++v) {
    if ((convention_.clobbered_general >> v & 1U) == 0 || v == convention_.result) continue;
    ssa_.write(v, block_, changed);
  }
  ssa_.write(convention_.result, block_, graph_.intern(NodeKind::kCallResult, 0, index, {}));
  const Arch arch = facts_.image().arch;
  const unsigned vectors = arch == Arch::kX86 ? 8 : arch == Arch::kX64 ? 16 : 32;
  for (Variable v = 0; v < vectors; ++v) {
    if ((convention_.clobbered_vector >> v & 1U) == 0) continue;
    const NodeId value = v == 0 ? graph_.intern(NodeKind::kCallResult, 1, index, {}) : changed;
    ssa_.write(kFirstVector + v, block_, value);
  }
  if (convention_.passes_on_stack()) ssa_.write(kFirstX87, block_, graph_.intern(NodeKind::kCallResult, 1, index, {}));
  flags_pending_ = false;
  fresh_general_ = fresh_vector_ = 0;
  fresh_slots_.clear();
  const Prototype p = call.callee.kind == CalleeLabel::Kind::kInternal ? prototypes_.function(call.callee.index) : Prototype{};
  if (p.pops != 0) move_stack_pointer(p.pops);
}

void FlowBuilder::return_value() {
  Effect e;
  e.kind = Effect::Kind::kReturn;
  e.block = block_;
  e.a = read(convention_.result);
  // A function that never touched the integer result may return a floating-point value.
  const Node& result = graph_[e.a];
  const bool own_argument = convention_.result == convention_.first_integer_argument() &&
                            result.kind == NodeKind::kParameter && result.value == 0 && result.sub == 0;
  if (result.kind == NodeKind::kUndefined || own_argument) {
    e.a = read(convention_.passes_on_stack() ? kFirstX87 : kFirstVector);
    const NodeKind kind = graph_[e.a].kind;
    if (kind == NodeKind::kUndefined || kind == NodeKind::kParameter) e.a = kNoNode;
  }
  effects_.push_back(e);
}

void FlowBuilder::move_stack_pointer(std::int64_t bytes) {
  ssa_.write(convention_.stack_pointer, block_, scale(graph_, read(convention_.stack_pointer), 1, bytes));
}

void FlowBuilder::push(NodeId value) {
  move_stack_pointer(-static_cast<std::int64_t>(convention_.word));
  store(read(convention_.stack_pointer), convention_.word * 8U, value);
}

NodeId FlowBuilder::pop() {
  const NodeId value = load(read(convention_.stack_pointer), convention_.word * 8U);
  move_stack_pointer(convention_.word);
  return value;
}

}  // namespace prova
