#pragma once
// What an address of the program means to code that refers to it: a string, constant data, a function, an import.
// The meaning, never the address itself, enters features: addresses differ in every build.

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "program/program.h"

namespace prova {

enum class AddressKind : std::uint8_t {
  kNone,      ///< In no section, or in code that begins no function.
  kString,    ///< Printable text of kMinString to kMaxString characters, 8-bit or UTF-16LE, ended by NUL.
  kConstant,  ///< Other bytes that the program cannot change.
  kWritable,  ///< Data that it can change.
  kFunction,  ///< A function of this program.
  kImport,    ///< A pointer slot or stand-in of an import.
};

/// Two characters and a NUL: a shorter run is as likely a number. Real format strings are often this short.
constexpr std::size_t kMinString = 2;
/// Longer texts are cut here; what follows adds nothing to telling two texts apart.
constexpr std::size_t kMaxString = 512;
/// So much of other constant data says what it is: a row of a cipher's table, the head of a GUID or a magic number.
constexpr std::size_t kDataPrefix = 16;

struct AddressMeaning {
  AddressKind kind = AddressKind::kNone;
  /// Hash of the text (kString), of the first kDataPrefix bytes (kConstant; 0 when all are equal or they hold
  /// addresses), of the name (kImport); otherwise 0. Position-independent.
  std::uint64_t content = 0;
};

/// Read-only view of a program for feature extraction. REQUIRED: the program and its image outlive it.
/// Thread safety: immutable after construction.
class ImageFacts {
 public:
  explicit ImageFacts(const Program& program);

  [[nodiscard]] const Program& program() const { return *program_; }
  [[nodiscard]] const BinaryImage& image() const { return *program_->image; }

  /// Index of the function that starts at `address`. O(log n).
  [[nodiscard]] std::optional<std::uint32_t> function_at(VirtualAddress address) const;
  /// What `address` means. O(log n + kMaxString).
  [[nodiscard]] AddressMeaning meaning(VirtualAddress address) const;
  /// The text at `address`, UTF-16 reduced to its low bytes; empty unless meaning() is kString.
  [[nodiscard]] std::string text_at(VirtualAddress address) const;
  /// True when a number in the code is more likely an address of this image: it lies in a section, and the image is
  /// linked at a base that small numbers do not reach.
  [[nodiscard]] bool looks_like_address(std::uint64_t number) const;
  /// The little-endian number of `bytes` (1 to 8) bytes at `address` when the program cannot change it and no
  /// relocation touches it.
  [[nodiscard]] std::optional<std::uint64_t> constant_at(VirtualAddress address, unsigned bytes) const;
  /// Where the pointer slot at `address` leads inside this image: by relocation, or an unwritable pointer.
  [[nodiscard]] std::optional<VirtualAddress> pointer_target(VirtualAddress slot) const;

  /// Name of image().imports[index] without decoration: leading underscores, "_chk", "@12", "@GLIBC_2.4", "__isoc99_"
  /// dropped, so that "__memcpy_chk" and "memcpy" are one. Empty for an import that this image defines itself: its
  /// name would be a symbol of the program under analysis.
  [[nodiscard]] std::string_view import_name(std::uint32_t index) const;
  /// Index of the function of this program that the import resolves to, when the image exports that name.
  [[nodiscard]] std::optional<std::uint32_t> own_function(std::uint32_t import) const;
  /// Index into image().imports of the slot or stand-in at `address`.
  [[nodiscard]] std::optional<std::uint32_t> import_index(VirtualAddress address) const;
  /// What is called at `target`: thunks and stubs are followed, at most kMaxThunks of them.
  struct Callee {
    std::optional<std::uint32_t> function;  ///< Index of a function with a body.
    std::optional<std::uint32_t> import;    ///< Index of an import with a name.
  };
  [[nodiscard]] Callee resolve(VirtualAddress target) const;
  [[nodiscard]] Callee resolve_import(std::uint32_t import) const;

 private:
  [[nodiscard]] bool relocation_touches(VirtualAddress address, std::uint64_t bytes) const;

  const Program* program_;
  std::vector<std::string> import_names_;
  std::vector<std::optional<std::uint32_t>> own_functions_;
};

/// A chain of thunks longer than this is an endless loop or an attempt at one.
constexpr int kMaxThunks = 8;

/// `name` as ImageFacts::import_name() gives it.
[[nodiscard]] std::string plain_import_name(std::string_view name);

}  // namespace prova
