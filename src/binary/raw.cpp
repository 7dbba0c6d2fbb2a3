// Memory dumps without any header: the user says what the bytes are and where they stood.

#include <fmt/format.h>
#include <array>
#include <charconv>

#include "binary/load.h"

namespace prova {
namespace {

struct ArchName {
  std::string_view name;
  Arch arch;
  unsigned bits;
};
constexpr auto kArchNames = std::to_array<ArchName>(
    {{"x86", Arch::kX86, 32}, {"x64", Arch::kX64, 64}, {"arm", Arch::kArm, 32}, {"arm64", Arch::kArm64, 64}});

const ArchName* find_arch(std::string_view name) {
  for (const ArchName& entry : kArchNames) {
    if (entry.name == name) return &entry;
  }
  return nullptr;
}

unsigned bits_of(Arch arch) {
  for (const ArchName& entry : kArchNames) {
    if (entry.arch == arch) return entry.bits;
  }
  return 64;
}

/// Decimal, or hexadecimal behind "0x"; nullopt for anything else and beyond 64 bits.
std::optional<std::uint64_t> parse_number(std::string_view text) {
  const bool hex = text.starts_with("0x") || text.starts_with("0X");
  if (hex) text.remove_prefix(2);
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, hex ? 16 : 10);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

Result<RawLayout> parse_raw_layout(std::string_view text) {
  const std::size_t at = text.find('@');
  if (at == std::string_view::npos) {
    return fail(ErrorCode::kUsage, fmt::format("raw layout is '{}', expected ARCH@BASE such as x64@0x180000000", text));
  }
  const ArchName* arch = find_arch(text.substr(0, at));
  if (arch == nullptr) {
    return fail(ErrorCode::kUsage,
                fmt::format("architecture is '{}', expected x86, x64, arm or arm64", text.substr(0, at)));
  }
  const auto base = parse_number(text.substr(at + 1));
  if (!base) {
    return fail(ErrorCode::kUsage, fmt::format("base address is '{}', expected a number such as 0x180000000 or 4096",
                                               text.substr(at + 1)));
  }
  if (arch->bits == 32 && *base > 0xffff'ffffULL) {
    return fail(ErrorCode::kUsage,
                fmt::format("base address is {:#x}, expected at most 0xffffffff for {}", *base, arch->name));
  }
  return RawLayout{arch->arch, VirtualAddress{*base}};
}

Result<BinaryImage> load_raw(ByteView file, const RawLayout& layout) {
  if (file.empty()) return fail(ErrorCode::kTruncated, "the file is empty, expected bytes of memory", FileOffset{0});
  const unsigned bits = bits_of(layout.arch);
  const std::uint64_t last = bits == 64 ? ~0ULL : 0xffff'ffffULL;
  if (raw(layout.base) > last || file.size() - 1 > last - raw(layout.base)) {
    return fail(ErrorCode::kLimit, fmt::format("{} bytes at base {:#x} reach past the end of {}-bit memory",
                                               file.size(), raw(layout.base), bits));
  }
  BinaryImage image;
  image.format = Format::kRaw;
  image.arch = layout.arch;
  image.bits = bits;
  image.file = file;
  image.base = layout.base;
  // What is code and what is data nobody says: everything may be either.
  Section section;
  section.name = "raw";
  section.address = layout.base;
  section.size = file.size();
  section.content = file;
  section.writable = section.executable = true;
  image.sections.push_back(std::move(section));
  return image;
}

}  // namespace prova
