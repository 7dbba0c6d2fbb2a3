#pragma once
// One program file as the operating system's loader would see it: where the bytes go, and what the tables say.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace prova {

enum class Format : std::uint8_t { kPe, kElf, kMachO, kCoffObject, kRaw };
enum class Arch : std::uint8_t { kUnknown, kX86, kX64, kArm, kArm64 };
/// What the program calls its outside world by: decides which library names to expect.
enum class FileKind : std::uint8_t { kExecutable, kSharedLibrary, kObject, kOther };

/// Stable lower-case names for JSON: "pe", "elf", "macho", "coff", "raw"; "x86", "x64", "arm", "arm64", "unknown".
[[nodiscard]] std::string_view name_of(Format format);
[[nodiscard]] std::string_view name_of(Arch arch);
[[nodiscard]] std::string_view name_of(FileKind kind);

/// A stretch of memory with one set of permissions. In PE, COFF and Mach-O a section; in ELF a section where there
/// is a section table, otherwise a PT_LOAD segment.
/// Invariant: `content.size() <= size`; the bytes from there to `size` are zero.
struct Section {
  std::string name;                 ///< As in the file: untrusted, may be empty or repeated.
  VirtualAddress address{};
  std::uint64_t size = 0;           ///< In memory.
  FileOffset offset{};              ///< Of `content` in the file.
  ByteView content;                 ///< Bytes of the file, or of BinaryImage::owned where relocations were applied.
  bool readable = true, writable = false, executable = false;
  [[nodiscard]] bool contains(VirtualAddress a) const { return distance(address, a) < size; }
};

struct Symbol {
  enum class Kind : std::uint8_t { kFunction, kObject, kOther };
  std::string name;
  VirtualAddress address{};
  std::uint64_t size = 0;  ///< 0 when the format does not say.
  Kind kind = Kind::kOther;
  bool global = false;
};

/// A name that another file provides.
struct Import {
  enum class Reach : std::uint8_t {
    kPointer,  ///< `where` is a slot that holds a pointer after loading (import address table, GOT).
    kCode,     ///< `where` is an address that stands for the import itself: calling it calls the import.
  };
  std::string library;  ///< "KERNEL32.dll"; empty where the format does not bind names to libraries (ELF).
  std::string name;     ///< "CreateFileW"; "#17" for an import by ordinal alone.
  VirtualAddress where{};
  Reach reach = Reach::kPointer;
  bool in_archive = false;  ///< Another member of the same archive defines it: once linked, it is no import at all.
};

struct Export {
  std::string name;  ///< "#17" for an ordinal without a name.
  VirtualAddress address{};
  std::string forwarder;  ///< "NTDLL.RtlAllocateHeap": then `address` has no meaning.
};

/// A place that the loader or linker patches, with the value it gets when that is known.
struct Relocation {
  VirtualAddress where{};
  std::uint32_t type = 0;                 ///< As the format numbers them.
  std::optional<VirtualAddress> target;   ///< Address that is stored there, when it lies in this image.
  std::string symbol;                     ///< Name it refers to, when that is undefined here.
};

/// A range that a table of the file declares to be (part of) a function.
struct UnwindRange {
  VirtualAddress begin{};
  std::uint64_t size = 0;
  /// Begin of the range that this one continues (chained .pdata entry, .cold part), when the table says so.
  std::optional<VirtualAddress> parent;
  /// The table says that the stack frame is set up when control gets to `begin`: no call leads there. So it is a part
  /// of some function (or hand-written), whichever that is.
  bool enters_with_frame = false;
};

/// A trace of the tools or people that made the file. Cheap to forge: see docs/methods/toolmarks.md.
struct Toolmark {
  enum class Kind : std::uint8_t {
    kRichHeader,        ///< One per (product id, build): "prodid.build x count"; plus one kRichHash for the whole
    kRichHash,          ///< MD5 of the decoded Rich header
    kLinkTimestamp, kDebugTimestamp, kExportTimestamp,  ///< RFC 3339 UTC
    kPdbPath, kPdbGuid, kVersionResource /* "CompanyName=..." */, kSigner /* subject common name */,
    kSignerSerial, kImphash, kBuildId, kCompiler, kLinkerVersion, kLanguage, kMachOUuid,
  };
  Kind kind{};
  std::string value;
  FileOffset offset{};
  friend bool operator==(const Toolmark&, const Toolmark&) = default;
};
/// Stable name for JSON: "rich_header", "pdb_path", ...
[[nodiscard]] std::string_view name_of(Toolmark::Kind kind);

/// One PE, ELF or Mach-O file, COFF object, or raw dump.
/// Ownership: views point into the file's bytes, which must outlive the image, or into `owned`.
/// Thread safety: immutable once loaded.
struct BinaryImage {
  Format format = Format::kRaw;
  Arch arch = Arch::kUnknown;
  FileKind kind = FileKind::kOther;
  unsigned bits = 0;                      ///< 32 or 64: size of a pointer.
  bool big_endian = false;
  std::string member;                     ///< Name inside an archive or "arm64" inside a fat file; else empty.
  ByteView file;                          ///< The bytes that were parsed (the member's own bytes).
  VirtualAddress base{};                  ///< Preferred load address.
  std::vector<Section> sections;          ///< Ascending by address; may overlap in damaged files.
  std::vector<Symbol> symbols;            ///< Defined symbols, ascending by (address, name).
  std::vector<Import> imports;            ///< Ascending by (where, name).
  std::vector<Export> exports;            ///< Ascending by (address, name).
  std::vector<Relocation> relocations;    ///< Ascending by where.
  std::vector<VirtualAddress> entry_points;     ///< Entry point, TLS callbacks, init arrays; in that order.
  std::vector<VirtualAddress> function_starts;  ///< LC_FUNCTION_STARTS, CFG tables and the like; ascending.
  std::vector<UnwindRange> unwind;        ///< .eh_frame, .pdata; ascending by begin.
  std::vector<Toolmark> toolmarks;
  std::vector<Defect> defects;
  std::vector<std::shared_ptr<const std::vector<std::byte>>> owned;  ///< Patched section contents (objects).

  /// The section that holds `address`, or null. O(log n) in files whose sections do not overlap.
  [[nodiscard]] const Section* section_at(VirtualAddress address) const;
  /// Initialised bytes from `address` to the end of its section, at most `limit`; empty outside. Zero-filled memory
  /// past the content yields nothing.
  [[nodiscard]] ByteView bytes_at(VirtualAddress address, std::uint64_t limit = ~0ULL) const;
  /// The little- or big-endian pointer of the image's own width stored at `address`.
  [[nodiscard]] std::optional<VirtualAddress> pointer_at(VirtualAddress address) const;
  /// The import whose slot or stand-in address is `where`, or null. O(log n).
  [[nodiscard]] const Import* import_at(VirtualAddress where) const;
  [[nodiscard]] bool is_code(VirtualAddress address) const {
    const Section* section = section_at(address);
    return section != nullptr && section->executable;
  }
};

/// Sorts every list into the order promised above and removes exact duplicates. Loaders call it last.
void sort_tables(BinaryImage& image);

}  // namespace prova
