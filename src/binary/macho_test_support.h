#pragma once
// Builds small Mach-O files for tests.

#include "binary/elf_test_support.h"

namespace prova::test {

struct MachSection {
  std::string name;
  std::uint64_t address = 0, size = 0;
  std::uint32_t offset = 0, flags = 0, reserved1 = 0, reserved2 = 0;
};

struct MachSegment {
  std::string name;
  std::uint64_t address = 0, offset = 0, size = 0;
  std::uint32_t protection = 5;
  std::vector<MachSection> sections;
};

struct MachBlob {
  std::uint32_t offset = 0;
  std::vector<std::byte> bytes;
};

struct MachSpec {
  unsigned bits = 64;
  std::endian order = std::endian::little;
  std::uint32_t cpu_type = 0x01000007, file_type = 2, flags = 0x80;
  std::vector<MachSegment> segments;
  std::vector<std::vector<std::byte>> commands;  ///< After the segments.
  std::vector<MachBlob> blobs;                   ///< Ascending by offset.
};

/// A load command of 32-bit words.
inline std::vector<std::byte> mach_command(const MachSpec& spec, std::uint32_t command,
                                           const std::vector<std::uint32_t>& words) {
  ByteWriter out(spec.order);
  out.u32(command).u32(8 + 4 * words.size());
  for (const std::uint32_t word : words) out.u32(word);
  return out.get();
}

/// LC_LOAD_DYLIB; the name makes it a multiple of eight bytes.
inline std::vector<std::byte> mach_library(const MachSpec& spec, std::string_view name) {
  const std::size_t size = (24 + name.size() + 1 + 7) / 8 * 8;
  return ByteWriter(spec.order).u32(0xc).u32(size).u32(24).u32(0).u32(0).u32(0).text(name).pad_to(size).get();
}

inline std::vector<std::byte> build_macho(const MachSpec& spec) {
  const unsigned w = spec.bits;
  ByteWriter commands(spec.order);
  const auto fixed_name = [&](std::string_view name) {
    commands.text(name).pad_to(commands.size() + 16 - name.size());
  };
  for (const MachSegment& segment : spec.segments) {
    const std::size_t section_size = w == 64 ? 80 : 68;
    commands.u32(w == 64 ? 0x19 : 1).u32((w == 64 ? 72 : 56) + section_size * segment.sections.size());
    fixed_name(segment.name);
    commands.word(w, segment.address).word(w, segment.size).word(w, segment.offset).word(w, segment.size);
    commands.u32(segment.protection).u32(segment.protection).u32(segment.sections.size()).u32(0);
    for (const MachSection& s : segment.sections) {
      fixed_name(s.name);
      fixed_name(segment.name);
      commands.word(w, s.address).word(w, s.size).u32(s.offset).u32(0).u32(0).u32(0);
      commands.u32(s.flags).u32(s.reserved1).u32(s.reserved2);
      if (w == 64) commands.u32(0);
    }
  }
  for (const auto& command : spec.commands) commands.bytes(command);
  ByteWriter out(spec.order);
  out.u32(w == 64 ? 0xfeedfacf : 0xfeedface).u32(spec.cpu_type).u32(3).u32(spec.file_type);
  out.u32(spec.segments.size() + spec.commands.size()).u32(commands.size()).u32(spec.flags);
  if (w == 64) out.u32(0);
  out.bytes(commands.get());
  for (const MachBlob& blob : spec.blobs) out.pad_to(blob.offset).bytes(blob.bytes);
  return out.get();
}

/// Where the tables of small_program() lie in the file.
constexpr std::uint32_t kSymbolsAt = 0xa00, kStringsAt = 0xa80, kIndirectAt = 0xac0, kStartsAt = 0xae0,
                        kFixupsAt = 0xb00;

/// An executable: __text at 0x10600 (0x40 bytes) and one stub at 0x10640; a pointer slot at 0x10800, four words of
/// __data at 0x10808; symbols "_main" (0x10600) and the undefined "_puts" of /usr/lib/libSystem.B.dylib, which stub
/// and slot stand for; function starts 0x10600 and 0x10620.
inline MachSpec small_program(unsigned bits = 64, std::endian order = std::endian::little) {
  MachSpec spec;
  spec.bits = bits, spec.order = order;
  spec.cpu_type = bits == 64 ? 0x01000007 : 7;
  const std::uint32_t w = bits / 8;
  spec.segments = {
      {"__TEXT",
       0x10000,
       0,
       0x800,
       5,
       {{"__text", 0x10600, 0x40, 0x600, 0x80000400, 0, 0}, {"__stubs", 0x10640, 6, 0x640, 0x80000408, 0, 6}}},
      {"__DATA",
       0x10800,
       0x800,
       0x200,
       3,
       {{"__got", 0x10800, w, 0x800, 6, 1, 0}, {"__data", 0x10808, 4 * w, 0x808, 0, 0, 0}}},
      {"__LINKEDIT", 0x11000, 0xa00, 0x200, 1, {}},
  };
  const auto strings = bytes_of(std::string_view("\0_main\0_puts\0", 13));
  ByteWriter symbols(order);
  symbols.u32(1).u8(0x0f).u8(1).u16(0).word(bits, 0x10600);
  symbols.u32(7).u8(0x01).u8(0).u16(0x0100).word(bits, 0);
  spec.commands = {
      mach_library(spec, "/usr/lib/libSystem.B.dylib"),
      mach_command(spec, 2, {kSymbolsAt, 2, kStringsAt, static_cast<std::uint32_t>(strings.size())}),
      mach_command(spec, 0xb, {0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0, kIndirectAt, 2, 0, 0, 0, 0}),
      mach_command(spec, 0x26, {kStartsAt, 5}),
      mach_command(spec, 0x1b, {0, 0, 0, 0}),
  };
  spec.blobs = {
      {0x600, std::vector<std::byte>(0x46, std::byte{0x90})},
      {0x800, std::vector<std::byte>(0x200)},
      {kSymbolsAt, symbols.get()},
      {kStringsAt, strings},
      {kIndirectAt, ByteWriter(order).u32(1).u32(1).get()},
      {kStartsAt, ByteWriter().u8(0x80).u8(0x8c).u8(0).u8(0x20).u8(0).get()},  // LEB128 of 0x600 with padding, 0x20
  };
  return spec;
}

}  // namespace prova::test
