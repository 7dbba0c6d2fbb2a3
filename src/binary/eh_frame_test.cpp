#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "binary/eh_frame.h"
#include "binary/elf_test_support.h"

namespace prova {
namespace {

using test::ByteWriter;

/// A CIE with augmentation "zR" and the given pointer encoding: 20 bytes.
ByteWriter& put_cie(ByteWriter& out, std::uint8_t encoding) {
  return out.u32(16).u32(0).u8(1).c_string("zR").u8(1).u8(0x78).u8(16).u8(1).u8(encoding).u8(0).u16(0);
}

struct Read {
  std::vector<UnwindRange> ranges;
  std::vector<Defect> defects;
};
Read read(const std::vector<std::byte>& bytes, unsigned bits = 64, std::endian order = std::endian::little) {
  Read result;
  LoadBudget budget(bytes.size());
  EhFrame frame;
  frame.content = bytes, frame.address = VirtualAddress{0x5000}, frame.offset = FileOffset{0x500};
  frame.bits = bits, frame.order = order;
  read_eh_frame(frame, result.ranges, budget, result.defects);
  return result;
}

TEST(EhFrame, PcRelativeSdata4) {
  ByteWriter out;
  put_cie(out, 0x1b);
  // FDE at 20: length, CIE pointer 24 - 0, pc_begin at 28 = address 0x501c, minus 0x401c leads to 0x1000
  out.u32(16).u32(24).u32(static_cast<std::uint32_t>(-0x401c)).u32(0x40).u32(0).u32(0);
  const Read result = read(out.get());
  EXPECT_TRUE(result.defects.empty());
  ASSERT_EQ(result.ranges.size(), 1U);
  EXPECT_EQ(result.ranges[0].begin, VirtualAddress{0x1000});
  EXPECT_EQ(result.ranges[0].size, 0x40U);
}

TEST(EhFrame, AbsolutePointersAreAsWideAsTheImage) {
  ByteWriter wide;
  put_cie(wide, 0x00).u32(20).u32(24).u64(0x1'0000'1000).u64(0x20);
  const Read wide_result = read(wide.get());
  ASSERT_EQ(wide_result.ranges.size(), 1U);
  EXPECT_EQ(wide_result.ranges[0].begin, VirtualAddress{0x1'0000'1000});
  EXPECT_EQ(wide_result.ranges[0].size, 0x20U);
  ByteWriter narrow(std::endian::big);
  put_cie(narrow, 0x00).u32(12).u32(24).u32(0x8000'1000).u32(0x20);
  const Read narrow_result = read(narrow.get(), 32, std::endian::big);
  ASSERT_EQ(narrow_result.ranges.size(), 1U);
  EXPECT_EQ(narrow_result.ranges[0].begin, VirtualAddress{0x8000'1000});
}

TEST(EhFrame, Length64HasWidePointers) {
  ByteWriter out;
  put_cie(out, 0x03);  // udata4
  // FDE at 20: escape, length, CIE pointer at 32 = 32 - 0
  out.u32(0xffff'ffff).u64(16).u64(32).u32(0x1000).u32(0x30);
  const Read result = read(out.get());
  EXPECT_TRUE(result.defects.empty());
  ASSERT_EQ(result.ranges.size(), 1U);
  EXPECT_EQ(result.ranges[0].begin, VirtualAddress{0x1000});
  EXPECT_EQ(result.ranges[0].size, 0x30U);
}

TEST(EhFrame, PersonalityAndLsdaBeforeTheEncodingAreSkipped) {
  ByteWriter out;  // "zPLR": personality pcrel|sdata4 indirect, LSDA pcrel|sdata4, FDE udata2
  out.u32(24).u32(0).u8(1).c_string("zPLR").u8(1).u8(0x78).u8(16).u8(7).u8(0x9b).u32(0x1234).u8(0x1b).u8(0x02);
  out.pad_to(28).u32(8).u32(32).u16(0x1000).u16(0x10);
  const Read result = read(out.get());
  EXPECT_TRUE(result.defects.empty());
  ASSERT_EQ(result.ranges.size(), 1U);
  EXPECT_EQ(result.ranges[0].begin, VirtualAddress{0x1000});
}

TEST(EhFrame, EntriesBehindATerminatorCountOnlyInASection) {
  ByteWriter out;
  put_cie(out, 0x03).u32(0);
  put_cie(out, 0x03).u32(12).u32(24).u32(0x1000).u32(0x10);
  EXPECT_EQ(read(out.get()).ranges.size(), 1U);
  Read unbounded;
  LoadBudget budget(out.size());
  EhFrame frame;
  frame.content = out.get(), frame.bounded = false;
  read_eh_frame(frame, unbounded.ranges, budget, unbounded.defects);
  EXPECT_TRUE(unbounded.ranges.empty());
}

TEST(EhFrame, DamageIsReportedAtItsOffset) {
  ByteWriter no_cie;
  put_cie(no_cie, 0x03).u32(12).u32(20).u32(0x1000).u32(0x10);  // leads to offset 4, which is no CIE
  const Read bad_pointer = read(no_cie.get());
  EXPECT_TRUE(bad_pointer.ranges.empty());
  ASSERT_EQ(bad_pointer.defects.size(), 1U);
  EXPECT_EQ(bad_pointer.defects[0], (Defect{FileOffset{0x514}, "1 unreadable entries in .eh_frame"}));
  ByteWriter too_long;
  put_cie(too_long, 0x03).u32(0x1000).u32(24);
  const Read cut = read(too_long.get());
  ASSERT_EQ(cut.defects.size(), 1U);
  EXPECT_EQ(cut.defects[0], (Defect{FileOffset{0x514}, ".eh_frame entry of 4096 bytes, 4 left"}));
}

TEST(EhFrame, EveryTruncationFailsCleanly) {
  ByteWriter out;
  put_cie(out, 0x03).u32(12).u32(24).u32(0x1000).u32(0x10);
  for (std::size_t n = 0; n < out.size(); ++n) {
    const Read result = read({out.get().begin(), out.get().begin() + static_cast<std::ptrdiff_t>(n)});
    EXPECT_TRUE(result.ranges.empty()) << "length " << n;
    EXPECT_EQ(result.defects.empty(), n == 0 || n == 20) << "length " << n;
  }
}

TEST(EhFrame, HeaderNamesTheSection) {
  // version 1, eh_frame_ptr pcrel|sdata4 at address 0x5004
  const auto bytes = ByteWriter().u8(1).u8(0x1b).u8(3).u8(0x3b).u32(0x100).get();
  EhFrame header;
  header.content = bytes, header.address = VirtualAddress{0x5000};
  EXPECT_EQ(eh_frame_of_header(header), VirtualAddress{0x5104});
  header.content = ByteView(bytes).first(7);
  EXPECT_EQ(eh_frame_of_header(header), std::nullopt);
}

}  // namespace
}  // namespace prova
