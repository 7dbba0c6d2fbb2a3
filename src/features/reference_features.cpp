#include "features/reference_features.h"

#include <fmt/format.h>

#include <algorithm>

namespace prova {
namespace {

/// A label shows this much of a string.
constexpr std::size_t kShownCharacters = 60;

std::string quoted(const ImageFacts& facts, VirtualAddress address) {
  std::string text = facts.text_at(address);
  if (text.size() > kShownCharacters) text = text.substr(0, kShownCharacters) + "…";
  return fmt::format("\"{}\"", text);
}

std::string hex_bytes(const ImageFacts& facts, VirtualAddress address) {
  std::string text;
  for (const std::byte b : facts.image().bytes_at(address, kDataPrefix)) {
    text += fmt::format("{}{:02x}", text.empty() ? "" : " ", std::to_integer<unsigned>(b));
  }
  return text;
}

std::string number(std::int64_t value) {
  if (value > -1024 && value < 1024) return fmt::format("{}", value);
  const auto bits = static_cast<std::uint64_t>(value);
  return fmt::format("0x{:x}", value < 0 && value >= INT32_MIN ? bits & 0xffff'ffffU : bits);
}

}  // namespace

void add_constant(FeatureSink& sink, std::int64_t value) {
  value = plain_number(value);
  if (value == 0 || value == 1) return;
  sink.add(FeatureFamily::kConstant, static_cast<std::uint64_t>(value),
           [&] { return fmt::format("constant {}", number(value)); });
}

void add_field(FeatureSink& sink, std::int64_t offset, WidthClass width, bool store) {
  const std::uint64_t content = mix(static_cast<std::uint64_t>(offset), static_cast<std::uint64_t>(width) * 2 + store);
  sink.add(FeatureFamily::kField, content,
           [&] { return fmt::format("{} of field at {}", store ? "store" : "load", number(offset)); });
}

void add_reference(FeatureSink& sink, const ImageFacts& facts, VirtualAddress address) {
  const AddressMeaning meaning = facts.meaning(address);
  if (meaning.kind == AddressKind::kString) {
    sink.add(FeatureFamily::kString, meaning.content, [&] { return "string " + quoted(facts, address); });
  } else if (meaning.kind == AddressKind::kConstant && meaning.content != 0) {
    sink.add(FeatureFamily::kData, meaning.content, [&] { return "data " + hex_bytes(facts, address); });
  }
}

void add_imports(FeatureSink& sink, const ImageFacts& facts, const Function& function) {
  std::optional<std::uint32_t> last;
  for (const CallSite& call : function.calls) {
    const auto callee = call.import ? facts.resolve_import(*call.import)
                        : call.target ? facts.resolve(*call.target)
                                      : ImageFacts::Callee{};
    if (!callee.import) continue;
    const std::string_view name = facts.import_name(*callee.import);
    sink.add(FeatureFamily::kImport, hash64(name), [&] { return fmt::format("import {}", name); });
    if (last) {
      const std::string_view before = facts.import_name(*last);
      sink.add(FeatureFamily::kImport, mix(hash64(before), hash64(name)),
               [&] { return fmt::format("imports {}, {}", before, name); });
    }
    last = callee.import;
  }
}

PointerTables::PointerTables(const ImageFacts& facts) {
  const BinaryImage& image = facts.image();
  const std::uint64_t width = image.bits / 8;
  if (width == 0) return;
  std::size_t budget = kMaxTablePointers;
  const auto pointer = [&](VirtualAddress slot) -> std::optional<VirtualAddress> {
    const auto it = std::lower_bound(image.relocations.begin(), image.relocations.end(), raw(slot),
                                     [](const Relocation& r, std::uint64_t a) { return raw(r.where) < a; });
    if (it != image.relocations.end() && it->where == slot && it->target) return it->target;
    return image.pointer_at(slot);
  };
  for (const Section& section : image.sections) {
    if (section.executable) continue;
    const std::uint64_t begin = (raw(section.address) + width - 1) / width * width;
    const std::uint64_t end = raw(section.address) + section.content.size();
    for (std::uint64_t at = begin; at + width <= end && at >= begin && budget > 0; at += width, --budget) {
      const auto target = pointer(VirtualAddress{at});
      if (!target || raw(*target) == 0) continue;
      const auto function = facts.function_at(*target);
      if (!function) continue;
      for (int step = -kTableReach; step <= kTableReach; ++step) {
        const std::uint64_t slot = at + static_cast<std::uint64_t>(step) * width;
        if (step == 0 || slot < begin || slot + width > end) continue;
        const auto text = pointer(VirtualAddress{slot});
        if (text && facts.meaning(*text).kind == AddressKind::kString) found_.emplace_back(*function, *text);
      }
    }
  }
  std::sort(found_.begin(), found_.end(),
            [](const auto& a, const auto& b) { return std::pair(a.first, raw(a.second)) < std::pair(b.first, raw(b.second)); });
  found_.erase(std::unique(found_.begin(), found_.end()), found_.end());
  for (const auto& [function, text] : found_) strings_.push_back(text);
}

std::span<const VirtualAddress> PointerTables::strings_of(std::uint32_t function) const {
  const auto by_function = [](const auto& entry, std::uint32_t f) { return entry.first < f; };
  const auto from = std::lower_bound(found_.begin(), found_.end(), function, by_function);
  const auto to = std::lower_bound(from, found_.end(), function + 1, by_function);
  return std::span(strings_).subspan(static_cast<std::size_t>(from - found_.begin()), static_cast<std::size_t>(to - from));
}

void add_pointer_tables(FeatureSink& sink, const ImageFacts& facts, const PointerTables& tables, std::uint32_t function) {
  for (const VirtualAddress text : tables.strings_of(function)) {
    sink.add(FeatureFamily::kPointerTable, facts.meaning(text).content,
             [&] { return "table entry " + quoted(facts, text); });
  }
}

}  // namespace prova
