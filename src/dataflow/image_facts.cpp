#include "dataflow/image_facts.h"

#include <algorithm>

#include "base/byte_reader.h"
#include "base/hash.h"

namespace prova {
namespace {

/// Images linked below this are position-independent: their code holds no absolute addresses as numbers, and small
/// numbers must not be taken for them. Every linker's default base of fixed programs lies above.
constexpr std::uint64_t kLowestFixedBase = 0x1'0000;

bool is_printable(std::uint8_t c) { return (c >= 0x20 && c < 0x7f) || (c >= '\t' && c <= '\r') || c == 0x1b; }

/// Length in characters of the NUL-terminated text of `width` bytes per character; 0 when it is none. A text of
/// kMaxString characters or more counts as kMaxString long.
std::size_t text_length(ByteView bytes, std::size_t width) {
  std::size_t n = 0;
  for (; n < kMaxString; ++n) {
    if (bytes.size() < (n + 1) * width) return 0;
    const auto low = std::to_integer<std::uint8_t>(bytes[n * width]);
    if (width == 2 && bytes[n * width + 1] != std::byte{0}) return 0;
    if (low == 0) break;
    // Bytes from 0x80 on occur in UTF-8 and Latin-1 texts, but a text does not begin with one.
    if (!is_printable(low) && (low < 0x80 || n == 0 || width == 2)) return 0;
  }
  return n < kMinString ? 0 : n;
}

std::string read_text(ByteView bytes) {
  if (const std::size_t n = text_length(bytes, 1)) return std::string(as_text(bytes.first(n)));
  std::string text;
  const std::size_t wide = text_length(bytes, 2);
  for (std::size_t i = 0; i < wide; ++i) text += static_cast<char>(bytes[2 * i]);
  return text;
}

bool all_equal(ByteView bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [&](std::byte b) { return b == bytes.front(); });
}

}  // namespace

std::string plain_import_name(std::string_view name) {
  while (name.size() > 1 && name.front() == '_') name.remove_prefix(1);
  if (name.starts_with("imp__")) name.remove_prefix(5);
  if (name.starts_with("isoc99_") || name.starts_with("isoc23_")) name.remove_prefix(7);
  if (const auto at = name.find('@'); at != std::string_view::npos && at > 0) name = name.substr(0, at);
  if (name.size() > 4 && name.ends_with("_chk")) name.remove_suffix(4);
  return std::string(name);
}

ImageFacts::ImageFacts(const Program& program) : program_(&program) {
  std::unordered_map<std::string_view, VirtualAddress> own;
  for (const Export& e : image().exports) {
    if (e.forwarder.empty()) own.emplace(e.name, e.address);
  }
  for (const Import& import : image().imports) {
    const auto it = own.find(import.name);
    own_functions_.push_back(it == own.end() ? std::nullopt : function_at(it->second));
    import_names_.push_back(it == own.end() && !import.in_archive ? plain_import_name(import.name) : std::string());
  }
}

std::optional<std::uint32_t> ImageFacts::function_at(VirtualAddress address) const {
  const auto& all = program_->functions;
  const auto it = std::lower_bound(all.begin(), all.end(), address,
                                   [](const Function& f, VirtualAddress a) { return raw(f.address) < raw(a); });
  if (it == all.end() || it->address != address) return std::nullopt;
  return static_cast<std::uint32_t>(it - all.begin());
}

bool ImageFacts::relocation_touches(VirtualAddress address, std::uint64_t bytes) const {
  const auto& all = image().relocations;
  const std::uint64_t pointer = image().bits / 8;
  const std::uint64_t from = raw(address) < pointer ? 0 : raw(address) - pointer + 1;
  const auto it = std::lower_bound(all.begin(), all.end(), from,
                                   [](const Relocation& r, std::uint64_t a) { return raw(r.where) < a; });
  return it != all.end() && raw(it->where) - from < pointer - 1 + bytes;
}

AddressMeaning ImageFacts::meaning(VirtualAddress address) const {
  if (const auto import = import_index(address)) {
    if (own_functions_[*import] || image().imports[*import].in_archive) return {AddressKind::kFunction, 0};
    return {AddressKind::kImport, hash64(import_names_[*import])};
  }
  const Section* section = image().section_at(address);
  if (section == nullptr) return {};
  if (section->executable && function_at(address)) return {AddressKind::kFunction, 0};
  const ByteView bytes = clamped(section->content, distance(section->address, address), 2 * kMaxString + 2);
  if (const std::size_t n = text_length(bytes, 1)) return {AddressKind::kString, hash64(bytes.first(n))};
  if (text_length(bytes, 2) != 0) return {AddressKind::kString, hash64(read_text(bytes))};
  if (section->executable) return {};
  if (section->writable) return {AddressKind::kWritable, 0};
  const ByteView prefix = bytes.first(std::min(bytes.size(), kDataPrefix));
  if (prefix.size() < kDataPrefix || all_equal(prefix) || relocation_touches(address, kDataPrefix)) {
    return {AddressKind::kConstant, 0};
  }
  return {AddressKind::kConstant, hash64(prefix)};
}

std::string ImageFacts::text_at(VirtualAddress address) const { return read_text(image().bytes_at(address, 2 * kMaxString + 2)); }

bool ImageFacts::looks_like_address(std::uint64_t number) const {
  return raw(image().base) >= kLowestFixedBase && number >= raw(image().base) &&
         image().section_at(VirtualAddress{number}) != nullptr;
}

std::optional<std::uint64_t> ImageFacts::constant_at(VirtualAddress address, unsigned bytes) const {
  const Section* section = image().section_at(address);
  if (section == nullptr || section->writable || bytes == 0 || bytes > 8) return std::nullopt;
  const ByteView content = clamped(section->content, distance(section->address, address), bytes);
  if (content.size() < bytes || relocation_touches(address, bytes)) return std::nullopt;
  std::uint64_t value = 0;
  for (unsigned i = bytes; i-- > 0;) value = value << 8 | std::to_integer<std::uint64_t>(content[i]);
  return value;
}

std::optional<VirtualAddress> ImageFacts::pointer_target(VirtualAddress slot) const {
  const auto& all = image().relocations;
  const auto it = std::lower_bound(all.begin(), all.end(), raw(slot),
                                   [](const Relocation& r, std::uint64_t a) { return raw(r.where) < a; });
  if (it != all.end() && it->where == slot) {
    const Section* section = image().section_at(slot);
    // Only a slot of the global offset table, or other unwritable data, keeps what the loader stored there.
    if (section == nullptr || (section->writable && !section->name.starts_with(".got"))) return std::nullopt;
    return it->target;
  }
  return std::nullopt;
}

std::string_view ImageFacts::import_name(std::uint32_t index) const {
  return index < import_names_.size() ? std::string_view(import_names_[index]) : std::string_view();
}

std::optional<std::uint32_t> ImageFacts::own_function(std::uint32_t import) const {
  return import < own_functions_.size() ? own_functions_[import] : std::nullopt;
}

std::optional<std::uint32_t> ImageFacts::import_index(VirtualAddress address) const {
  const Import* import = image().import_at(address);
  if (import == nullptr) return std::nullopt;
  return static_cast<std::uint32_t>(import - image().imports.data());
}

ImageFacts::Callee ImageFacts::resolve_import(std::uint32_t import) const {
  if (const auto own = own_function(import)) return {own, std::nullopt};
  if (import_name(import).empty()) return {};
  return {std::nullopt, import};
}

ImageFacts::Callee ImageFacts::resolve(VirtualAddress target) const {
  if (const auto import = import_index(target)) return resolve_import(*import);
  auto index = function_at(target);
  for (int i = 0; index && i < kMaxThunks; ++i) {
    const Function& f = program_->functions[*index];
    if (f.import) return resolve_import(*f.import);
    if (!f.thunk_of) return {index, std::nullopt};
    if (*f.thunk_of >= program_->functions.size()) return {};
    index = f.thunk_of;
  }
  return {};
}

}  // namespace prova
