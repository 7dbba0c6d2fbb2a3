#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pkcs7.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <fmt/format.h>
#include <bit>

#include "base/hash.h"
#include "binary/authenticode.h"
#include "binary/compiler_strings.h"
#include "binary/imphash.h"
#include "binary/load.h"
#include "binary/pe_test_support.h"
#include "binary/rich_header.h"

namespace prova {
namespace {

using Kind = Toolmark::Kind;
using pe::Directory;
using test::Blob;
using test::build_pe;
using test::minimal_pe;
using test::PeSpec;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> values(const BinaryImage& image, Kind kind) {
  std::vector<std::string> found;
  for (const Toolmark& mark : image.toolmarks) {
    if (mark.kind == kind) found.push_back(mark.value);
  }
  return found;
}

BinaryImage loaded(const std::string& file) {
  auto image = load_pe(as_bytes(file));
  EXPECT_TRUE(image);
  return image ? *std::move(image) : BinaryImage{};
}

/// Decoded: "DanS", three zeros, (259.27412 x 9), (257.27412 x 2).
Blob clear_rich() {
  Blob clear;
  clear.text("DanS").u32(0).u32(0).u32(0).u32(259 << 16 | 27412).u32(9).u32(257 << 16 | 27412).u32(2);
  return clear;
}

/// Encodes the way a linker does: the checksum over DOS header, stub and entries is the key.
std::uint32_t rich_key(const std::string& dos) {
  auto key = static_cast<std::uint32_t>(0x80);
  for (int i = 0; i < 0x80; ++i) {
    if (i < 0x3c || i >= 0x40)
      key += std::rotl(std::uint32_t{static_cast<unsigned char>(dos[static_cast<std::size_t>(i)])}, i % 32);
  }
  return key + std::rotl(259U << 16 | 27412U, 9) + std::rotl(257U << 16 | 27412U, 2);
}

PeSpec pe_with_rich(std::uint32_t key) {
  const Blob clear = clear_rich();
  Blob stub;
  for (std::size_t i = 0; i < clear.str().size(); i += 4) {
    for (unsigned b = 0; b < 4; ++b) stub.u8(static_cast<unsigned char>(clear.str()[i + b]) ^ (key >> (8 * b) & 0xff));
  }
  PeSpec spec = minimal_pe();
  spec.stub = stub.text("Rich").u32(key).str();
  return spec;
}

TEST(RichHeader, RoundTrip) {
  const std::string file = build_pe(pe_with_rich(rich_key(build_pe(minimal_pe()))));
  const BinaryImage image = loaded(file);
  EXPECT_THAT(values(image, Kind::kRichHeader), ElementsAre("259.27412 x 9", "257.27412 x 2"));
  EXPECT_THAT(values(image, Kind::kRichHash), ElementsAre(md5_hex(clear_rich().view())));
  EXPECT_THAT(image.defects, IsEmpty());
}

TEST(RichHeader, ForgedChecksumIsADefectAtTheKey) {
  const std::string file = build_pe(pe_with_rich(0x1234'5678));
  const BinaryImage image = loaded(file);
  EXPECT_EQ(values(image, Kind::kRichHeader).size(), 2U);
  const std::uint32_t expected = rich_key(build_pe(minimal_pe()));
  EXPECT_THAT(
      image.defects,
      ElementsAre(Defect{FileOffset{0xa4},
                         fmt::format("Rich header states checksum 0x12345678, its content gives {:#010x}", expected)}));
}

TEST(RichHeader, RichWithoutDanSIsNone) {
  Blob file(0x80);
  file.at(0x60).text("Rich").u32(5);
  EXPECT_FALSE(read_rich_header(file.view(), FileOffset{0x80}));
  EXPECT_FALSE(read_rich_header(file.view(), FileOffset{7}));
}

/// md5sum of "kernel32.exitprocess,ws2_32.wsastartup,oleaut32.sysallocstring,comctl32.ord17,odd.exe.#name".
TEST(Imphash, NamesLowerCaseWithoutExtensionAndKnownOrdinals) {
  const std::vector<Import> imports = {{.library = "KERNEL32.dll", .name = "ExitProcess"},
                                       {.library = "WS2_32.dll", .name = "#115"},
                                       {.library = "OLEAUT32.DLL", .name = "#2"},
                                       {.library = "comctl32.ocx", .name = "#17"},
                                       {.library = "odd.exe", .name = "#name"}};
  EXPECT_EQ(imphash(imports), "74d6366180c3b3a269d764aa5b2c56a3");
}

TEST(Imphash, OrdinalTables) {
  EXPECT_EQ(ordinal_name("ws2_32.dll", 1), "accept");
  EXPECT_EQ(ordinal_name("wsock32.dll", 500), "wep");
  EXPECT_EQ(ordinal_name("ws2_32.dll", 100), "");
  EXPECT_EQ(ordinal_name("oleaut32.dll", 443), "unregistertypelibforuser");
  EXPECT_EQ(ordinal_name("oleaut32.dll", 444), "");
  EXPECT_EQ(ordinal_name("other.dll", 1), "");
}

TEST(PeToolmarks, TimestampsAndLinkerVersion) {
  PeSpec spec = minimal_pe();
  spec.timestamp = 1'657'843'200;  // 2022-07-15.
  const std::string file = build_pe(spec);
  EXPECT_THAT(values(loaded(file), Kind::kLinkTimestamp), ElementsAre("2022-07-15T00:00:00Z"));
  EXPECT_THAT(values(loaded(file), Kind::kLinkerVersion), ElementsAre("14.30"));
}

/// A debug directory of `entries` (type, offset in the section of 64 bytes of data) at RVA 0x2000.
PeSpec pe_with_debug(std::uint32_t type, std::string_view record) {
  Blob t;
  t.at(4).u32(1'657'843'200).at(12).u32(type).u32(record.size()).u32(0).u32(test::kTestFirstRaw + 0x200 + 0x40);
  t.at(0x40).text(record);
  PeSpec spec = minimal_pe();
  spec.timestamp = 0xabcd'1234;
  spec.sections.push_back({.name = ".rdata", .rva = 0x2000, .content = t.str(), .characteristics = test::kRdataFlags});
  spec.directories[Directory::kDebug] = {0x2000, 28};
  return spec;
}

TEST(PeToolmarks, PdbPathAndGuid) {
  Blob record;
  record.text("RSDS")
      .u32(0x3039b53f)
      .u16(0xb760)
      .u16(0x4a00)
      .text("\x83\xd6\x3e\x38\xa9\xda\xcd\x99")
      .u32(3)
      .c_string("c:\\x.pdb");
  const std::string file = build_pe(pe_with_debug(2, record.str()));
  const BinaryImage image = loaded(file);
  EXPECT_THAT(values(image, Kind::kPdbGuid), ElementsAre("3039b53f-b760-4a00-83d6-3e38a9dacd99 age 3"));
  EXPECT_THAT(values(image, Kind::kPdbPath), ElementsAre("c:\\x.pdb"));
  EXPECT_THAT(values(image, Kind::kDebugTimestamp), ElementsAre("2022-07-15T00:00:00Z"));
}

TEST(PeToolmarks, OldPdbRecord) {
  Blob record;
  record.text("NB10").u32(0).u32(0x3d5f0a11).u32(2).c_string("old.pdb");
  const std::string file = build_pe(pe_with_debug(2, record.str()));
  EXPECT_THAT(values(loaded(file), Kind::kPdbGuid), ElementsAre("3d5f0a11 age 2"));
  EXPECT_THAT(values(loaded(file), Kind::kPdbPath), ElementsAre("old.pdb"));
}

TEST(PeToolmarks, ReproducibleBuildHasNoTimestampButAnIdentity) {
  const std::string file = build_pe(pe_with_debug(16, ""));
  const BinaryImage image = loaded(file);
  EXPECT_THAT(values(image, Kind::kLinkTimestamp), IsEmpty());
  EXPECT_THAT(values(image, Kind::kDebugTimestamp), IsEmpty());
  EXPECT_THAT(values(image, Kind::kBuildId), ElementsAre("repro:abcd1234"));
}

void write_utf16(Blob& out, std::string_view text) {
  for (const char c : text) out.u16(static_cast<unsigned char>(c));
  out.u16(0);
}

/// A block of the version tree around `body`, whose size is filled in; `body` must end 4-aligned.
Blob version_block(std::string_view key, std::uint16_t value_length, const std::string& body) {
  Blob block;
  block.u16(0).u16(value_length).u16(1);
  write_utf16(block, key);
  block.pad_to((block.position() + 3) / 4 * 4).text(body);
  const std::size_t size = block.position();
  block.at(0).u16(size).pad_to((size + 3) / 4 * 4);
  return block;
}

TEST(PeToolmarks, VersionResourceStrings) {
  Blob value;
  write_utf16(value, "Contoso");
  const Blob text = version_block("CompanyName", 8, value.str());
  const Blob table = version_block("042904b0", 0, text.str());
  const Blob info = version_block("StringFileInfo", 0, table.str());
  Blob fixed;
  fixed.u32(0xfeef04bd).u32(0).u32(1 << 16 | 2).u32(3 << 16 | 4).pad_to(52);
  const Blob root = version_block("VS_VERSION_INFO", 52, fixed.str() + info.str());
  Blob t;  // Type 16, name 1, language 0x429, data.
  t.at(14).u16(1).u32(16).u32(0x8000'0020).at(0x2e).u16(1).u32(1).u32(0x8000'0040).at(0x4e).u16(1).u32(0x429).u32(0x60);
  t.at(0x60).u32(0x2080).u32(root.str().size()).at(0x80).text(root.str());
  PeSpec spec = minimal_pe();
  spec.sections.push_back({.name = ".rsrc", .rva = 0x2000, .content = t.str(), .characteristics = test::kRdataFlags});
  spec.directories[Directory::kResource] = {0x2000, 0x200};
  const std::string file = build_pe(spec);
  const BinaryImage image = loaded(file);
  EXPECT_THAT(values(image, Kind::kVersionResource),
              ElementsAre("FixedFileVersion=1.2.3.4", "StringTable=042904b0", "CompanyName=Contoso"));
  EXPECT_THAT(image.defects, IsEmpty());
}

TEST(PeToolmarks, CompilerStringsOnceEach) {
  PeSpec spec = minimal_pe();
  spec.sections.push_back({.name = ".rdata",
                           .rva = 0x2000,
                           .content = std::string("GCC: (GNU) 12-win32\0xx\0GCC: (GNU) 12-win32\0clang version 19.1.4\0"
                                                  "/rustc/9fc6b43126469e3858e2fe86cafb4f0fd5068869/library\\std\0"
                                                  "Go build ID: \"abc/def\"\n",
                                                  147),
                           .characteristics = test::kRdataFlags});
  const std::string file = build_pe(spec);
  const BinaryImage image = loaded(file);
  EXPECT_THAT(values(image, Kind::kCompiler), ElementsAre("GCC: (GNU) 12-win32", "clang version 19.1.4",
                                                          "rustc commit 9fc6b43126469e3858e2fe86cafb4f0fd5068869"));
  EXPECT_THAT(values(image, Kind::kLanguage), ElementsAre("Rust", "Go"));
  EXPECT_THAT(values(image, Kind::kBuildId), ElementsAre("abc/def"));
}

TEST(PeToolmarks, GoVersionFromTheBuildInformation) {
  Blob info;
  info.text("\xff Go buildinf:").u8(8).u8(2).at(32).u8(8).text("go1.21.6").u8(0);
  PeSpec spec = minimal_pe();
  spec.sections.push_back({.name = ".data", .rva = 0x2000, .content = info.str(), .characteristics = test::kDataFlags});
  const std::string file = build_pe(spec);
  EXPECT_THAT(values(loaded(file), Kind::kCompiler), ElementsAre("go1.21.6"));
}

/// PKCS #7 signed data over nothing by a fresh certificate with this common name and serial 0x1234.
std::string signed_by(const char* common_name) {
  EVP_PKEY* key = EVP_RSA_gen(2048);
  X509* certificate = X509_new();
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 0x1234);
  X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
  X509_set_pubkey(certificate, key);
  X509_NAME* name = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(common_name), -1, -1, 0);
  X509_set_issuer_name(certificate, name);
  X509_sign(certificate, key, EVP_sha256());
  BIO* content = BIO_new_mem_buf("x", 1);
  PKCS7* p7 = PKCS7_sign(certificate, key, nullptr, content, PKCS7_BINARY);
  unsigned char* der = nullptr;
  const int size = i2d_PKCS7(p7, &der);
  std::string bytes(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  PKCS7_free(p7);
  BIO_free(content);
  X509_free(certificate);
  EVP_PKEY_free(key);
  return bytes;
}

TEST(PeToolmarks, SignerFromTheCertificateTable) {
  const std::string der = signed_by("Contoso \xc3\x89tat");
  PeSpec spec = minimal_pe();
  const auto offset = static_cast<std::uint32_t>(build_pe(spec).size());
  Blob entry;
  entry.u32(der.size() + 8).u16(0x200).u16(2).text(der);
  spec.overlay = entry.str();
  spec.directories[Directory::kSecurity] = {offset, static_cast<std::uint32_t>(entry.str().size())};
  const std::string file = build_pe(spec);
  const BinaryImage image = loaded(file);
  EXPECT_THAT(values(image, Kind::kSigner), ElementsAre("Contoso \xc3\x89tat; issued by Contoso \xc3\x89tat"));
  EXPECT_THAT(values(image, Kind::kSignerSerial), ElementsAre("1234"));
  EXPECT_THAT(image.defects, IsEmpty());
  for (std::size_t n = 0; n < der.size(); n += 7) {
    std::vector<Defect> defects;
    const std::string cut = entry.str().substr(0, 8 + n);
    EXPECT_THAT(read_signers(as_bytes(cut), FileOffset{0}, entry.str().size(), defects), IsEmpty());
    EXPECT_EQ(defects.at(0).message,
              fmt::format("certificate table of {} bytes, {} are read", entry.str().size(), cut.size()));
  }
}

}  // namespace
}  // namespace prova
