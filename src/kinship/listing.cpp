#include "kinship/listing.h"

#include <fmt/format.h>

#include <algorithm>

#include "features/page_registers.h"

namespace prova {
namespace {

std::string quoted(std::string_view text) {
  const bool cut = text.size() > kMaxShownString;
  return fmt::format("\"{}\"{}", text.substr(0, kMaxShownString), cut ? "..." : "");
}

bool lies_within(const Function& function, VirtualAddress address) {
  return std::any_of(function.blocks.begin(), function.blocks.end(),
                     [&](const BasicBlock& block) { return distance(block.begin, address) < block.size; });
}

bool leaves(const Instruction& i) { return i.flow != Flow::kNext; }

}  // namespace

std::string listed_name(const Program& program, std::uint32_t index, bool names) {
  const Function& f = program.functions[index];
  if (f.import && *f.import < program.image->imports.size()) return program.image->imports[*f.import].name;
  return names && !f.name.empty() ? f.name : fmt::format("sub_{:x}", raw(f.address));
}

Result<Lister> Lister::make(const ImageFacts& facts, bool names) {
  PROVA_TRY(decoder, make_decoder(facts.image().arch));
  return Lister(facts, std::move(decoder), names);
}

std::string Lister::meaning_of(VirtualAddress address) const {
  switch (facts_->meaning(address).kind) {
    case AddressKind::kString: return quoted(facts_->text_at(address));
    case AddressKind::kImport: {
      const auto import = facts_->import_index(address);
      return import ? "import " + facts_->image().imports[*import].name : std::string{};
    }
    case AddressKind::kFunction: {
      const auto function = facts_->function_at(address);
      return function ? listed_name(facts_->program(), *function, names_) : std::string{};
    }
    case AddressKind::kNone: case AddressKind::kConstant: case AddressKind::kWritable: break;
  }
  return {};
}

std::string Lister::refers_to(const Instruction& i, std::optional<VirtualAddress> joined,
                              const Function& function) const {
  if (i.target) return lies_within(function, *i.target) && leaves(i) && i.flow != Flow::kCall ? "" : meaning_of(*i.target);
  if (joined) return meaning_of(*joined);
  if (i.references) return meaning_of(*i.references);
  for (unsigned n = 0; n < i.operand_count; ++n) {
    const Operand& o = i.operands[n];
    const auto value = static_cast<std::uint64_t>(o.value);
    if (o.kind == Operand::Kind::kImmediate && facts_->looks_like_address(value)) return meaning_of(VirtualAddress{value});
  }
  return {};
}

Listing Lister::list(std::uint32_t function) {
  const Function& f = facts_->program().functions[function];
  const BinaryImage& image = facts_->image();
  decode_function(image, f, *decoder_, code_);
  Listing listing{f.address, names_ ? f.name : std::string{}, {}, code_.capped || f.capped};
  PageRegisters pages;
  for (std::size_t b = 0; b < f.blocks.size(); ++b) {
    ListedBlock block{f.blocks[b].begin, f.blocks[b].successors, {}};
    pages.clear();
    std::uint64_t decoded = 0;
    for (const Instruction& i : code_.block(b)) {
      const auto joined = pages.step(i);
      block.instructions.push_back({i.address, i.length,
                                    decoder_->format(image.bytes_at(i.address, i.length), i.address),
                                    refers_to(i, joined, f)});
      decoded += i.length;
    }
    listing.capped = listing.capped || decoded < f.blocks[b].size;
    listing.blocks.push_back(std::move(block));
  }
  return listing;
}

}  // namespace prova
