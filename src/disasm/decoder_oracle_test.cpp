// Our decoders against llvm-objdump on real programs: the same instructions of the same lengths, and on AArch64 the
// same mnemonics. Skipped where the tool or the program is absent.

#include <array>
#include <cstdio>
#include <filesystem>
#include <gtest/gtest.h>
#include <memory>
#include <sstream>

#include "disasm/decoder.h"

namespace prova {
namespace {

constexpr const char* kTool = "/usr/bin/llvm-objdump-19";
constexpr std::size_t kMostLines = 200'000;

struct OracleLine {
  std::uint64_t address = 0;
  std::vector<std::uint8_t> bytes;
  std::string mnemonic;
  bool thumb = false;  ///< AArch32: printed in half-words.
};

/// "  401000: 48 89 e5   \tmov\trbp, rsp" or "  10000: 8b020c20     \tadd\tx0, ...": nothing for other lines.
std::optional<OracleLine> parse(const std::string& line, bool words) {
  const std::size_t colon = line.find(':'), tab = line.find('\t');
  if (colon == std::string::npos || tab == std::string::npos || colon > 18 || tab < colon) return std::nullopt;
  OracleLine result;
  result.address = std::strtoull(line.c_str(), nullptr, 16);
  std::istringstream hex(line.substr(colon + 1, tab - colon - 1));
  for (std::string part; hex >> part;) {
    const auto value = std::strtoul(part.c_str(), nullptr, 16);
    result.thumb = part.size() == 4;
    for (unsigned i = 0; i < (words ? part.size() / 2 : 1U); ++i) result.bytes.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
  }
  std::istringstream(line.substr(tab + 1)) >> result.mnemonic;
  if (result.bytes.empty() || result.mnemonic.empty() || result.mnemonic.front() == '<') return std::nullopt;
  return result;
}

std::vector<OracleLine> disassemble(const std::string& program, bool words, const std::string& features = "+all") {
  const std::string command = std::string(kTool) + " -d --section=.text --mattr=" + features + " '" + program + "' 2>/dev/null";
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  std::vector<OracleLine> result;
  std::array<char, 1024> buffer{};
  while (pipe && result.size() < kMostLines && std::fgets(buffer.data(), buffer.size(), pipe.get()) != nullptr) {
    if (auto line = parse(buffer.data(), words)) result.push_back(*std::move(line));
  }
  return result;
}

TEST(DecoderOracle, X64LengthsAgree) {
  const std::string program = "/usr/bin/bash";
  if (!std::filesystem::exists(kTool) || !std::filesystem::exists(program)) GTEST_SKIP() << "no llvm-objdump-19 or bash";
  const auto lines = disassemble(program, false);
  ASSERT_GT(lines.size(), 10'000U);
  const auto decoder = make_decoder(Arch::kX64).value();
  for (const OracleLine& line : lines) {
    if (line.mnemonic == "lock" || line.mnemonic.starts_with("rep") || line.mnemonic == "notrack") continue;  // Printed apart.
    Instruction instruction;
    ASSERT_TRUE(decoder->decode(std::as_bytes(std::span(line.bytes)), VirtualAddress{line.address}, instruction))
        << std::hex << line.address << ' ' << line.mnemonic;
    ASSERT_EQ(instruction.length, line.bytes.size()) << std::hex << line.address << ' ' << line.mnemonic;
  }
}

TEST(DecoderOracle, Arm64MnemonicsAgree) {
  const std::string program = "/usr/aarch64-linux-gnu/lib/libc.so.6";
  if (!std::filesystem::exists(kTool) || !std::filesystem::exists(program)) {
    GTEST_SKIP() << "no llvm-objdump-19 or AArch64 C library";
  }
  const auto lines = disassemble(program, true);
  ASSERT_GT(lines.size(), 10'000U);
  const auto decoder = make_decoder(Arch::kArm64).value();
  for (const OracleLine& line : lines) {
    const ByteView bytes = std::as_bytes(std::span(line.bytes));
    Instruction instruction;
    ASSERT_TRUE(decoder->decode(bytes, VirtualAddress{line.address}, instruction)) << std::hex << line.address << ' ' << line.mnemonic;
    std::string mnemonic;
    std::istringstream(decoder->format(bytes, VirtualAddress{line.address})) >> mnemonic;
    ASSERT_EQ(mnemonic, line.mnemonic) << std::hex << line.address;
  }
}

TEST(DecoderOracle, Arm32MnemonicsAndLengthsAgreeInBothStates) {
  const std::string program = "/usr/arm-linux-gnueabihf/lib/libc.a";  // Objects keep their mapping symbols.
  if (!std::filesystem::exists(kTool) || !std::filesystem::exists(program)) {
    GTEST_SKIP() << "no llvm-objdump-19 or 32-bit Arm C library";
  }
  const auto lines = disassemble(program, true, "+v8.6a,+neon,+fp-armv8,+crypto,+crc,+fullfp16");
  ASSERT_GT(lines.size(), 10'000U);
  const auto decoder = make_decoder(Arch::kArm).value();
  std::size_t thumb = 0;
  for (const OracleLine& line : lines) {
    if (line.mnemonic.starts_with(".") || line.address % 2 != 0) continue;  // Data.
    const ByteView bytes = std::as_bytes(std::span(line.bytes));
    const VirtualAddress at{line.address + (line.thumb ? 1U : 0U)};
    Instruction instruction;
    ASSERT_TRUE(decoder->decode(bytes, at, instruction)) << std::hex << line.address << ' ' << line.mnemonic;
    ASSERT_EQ(instruction.length, line.bytes.size()) << std::hex << line.address << ' ' << line.mnemonic;
    thumb += line.thumb;
  }
  EXPECT_GT(thumb, lines.size() / 2);
}

}  // namespace
}  // namespace prova
