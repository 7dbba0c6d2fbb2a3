#include "binary/section_patcher.h"

namespace prova {

std::optional<std::uint64_t> read_integer(ByteView bytes, unsigned width, std::endian order) {
  if (bytes.size() < width) return std::nullopt;
  std::uint64_t value = 0;
  for (unsigned i = 0; i < width; ++i) {
    const unsigned place = order == std::endian::little ? width - 1 - i : i;
    value = value << 8 | std::to_integer<std::uint64_t>(bytes[place]);
  }
  return value;
}

std::optional<std::uint64_t> SectionPatcher::original_at(VirtualAddress address, unsigned width) const {
  const Section* section = image_.section_at(address);
  if (section == nullptr) return std::nullopt;
  const auto copy = copies_.find(static_cast<std::size_t>(section - image_.sections.data()));
  const ByteView content = copy == copies_.end() ? section->content : copy->second.original;
  return read_integer(clamped(content, distance(section->address, address), width), width, order());
}

std::optional<std::uint64_t> SectionPatcher::current_at(VirtualAddress address, unsigned width) const {
  return read_integer(image_.bytes_at(address, width), width, order());
}

bool SectionPatcher::write(VirtualAddress address, std::uint64_t value, unsigned width) {
  const Section* section = image_.section_at(address);
  if (section == nullptr) return false;
  const std::uint64_t at = distance(section->address, address);
  if (clamped(section->content, at, width).size() < width) return false;
  std::vector<std::byte>* bytes = copy_of(*section);
  if (bytes == nullptr) return false;
  for (unsigned i = 0; i < width; ++i) {
    const unsigned shift = 8 * (order() == std::endian::little ? i : width - 1 - i);
    (*bytes)[static_cast<std::size_t>(at) + i] = static_cast<std::byte>(value >> shift);
  }
  return true;
}

std::vector<std::byte>* SectionPatcher::copy_of(const Section& section) {
  const auto index = static_cast<std::size_t>(&section - image_.sections.data());
  if (const auto it = copies_.find(index); it != copies_.end()) return it->second.bytes.get();
  if (section.content.size() > copy_left_) return nullptr;
  copy_left_ -= section.content.size();
  auto bytes = std::make_shared<std::vector<std::byte>>(section.content.begin(), section.content.end());
  copies_.emplace(index, Copy{bytes, section.content});
  image_.owned.push_back(bytes);
  image_.sections[index].content = *bytes;
  return bytes.get();
}

}  // namespace prova
