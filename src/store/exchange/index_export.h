#pragma once
// An index, or part of one, as one portable file: docs/formats/index-export.md.

#include <cstdio>
#include <filesystem>
#include <istream>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "kinship/fingerprint_store.h"

namespace prova {

constexpr std::string_view kExportMagic = "PROVAIDX";
constexpr std::uint32_t kExportVersion = 1;

/// Largest sample that a file may hold, as stored and unpacked: some six million functions. A hostile file must not make
/// us take the machine's memory.
constexpr std::uint64_t kMaxExportedSample = 1ULL << 30;

/// What a file holds.
struct ExportSummary {
  std::uint64_t samples = 0, functions = 0, bytes = 0;
};

/// The sample as it leaves the house with `--no-names`: no names of functions, the file's name replaced by the start
/// of its SHA-256, no paths of PDB files. Identity, family, imports and fingerprints stay.
[[nodiscard]] StoredSample without_names(StoredSample sample);

/// Writes an export beside its final place; the final path holds all of it or what it held before.
class ExportWriter {
 public:
  /// Errors: kIo.
  [[nodiscard]] static Result<ExportWriter> create(const std::filesystem::path& path);
  ExportWriter(ExportWriter&&) = default;
  ExportWriter& operator=(ExportWriter&&) = delete;
  ~ExportWriter();

  /// REQUIRES: ascending by (SHA-256, member), without repeats. Errors: kIo; kLimit (kMaxExportedSample).
  [[nodiscard]] Status add(const StoredSample& sample);
  /// Footer, fsync, rename. Errors: kIo.
  [[nodiscard]] Result<ExportSummary> finish();

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  ExportWriter(std::filesystem::path path, std::filesystem::path temporary, std::FILE* file)
      : path_(std::move(path)), temporary_(std::move(temporary)), file_(file) {}
  [[nodiscard]] Status write(std::string_view bytes);

  std::filesystem::path path_, temporary_;
  std::unique_ptr<std::FILE, Close> file_;
  std::uint64_t chain_ = 0;  ///< Checksum of everything so far.
  ExportSummary summary_;
};

/// Reads an export from front to back. The bytes are not trusted: memory is O(bytes that are really there) and the
/// caps above. What `next` hands out keeps what StoredSample promises of the order of features and callees.
class ExportReader {
 public:
  /// `in` must outlive the reader. Errors: kMalformed (not an export), kUnsupported (of a newer version), kStore (of
  /// another fingerprint scheme), kTruncated. Offsets are given.
  [[nodiscard]] static Result<ExportReader> open(std::istream& in);
  /// The next sample, or nothing after the last one, when count and checksum of the whole file were right.
  /// Errors: kTruncated; kMalformed (checksum, order, contents; bytes after the end); kLimit.
  [[nodiscard]] Result<std::optional<StoredSample>> next();
  /// Samples and functions read so far and the offset behind them.
  [[nodiscard]] const ExportSummary& summary() const { return summary_; }

 private:
  explicit ExportReader(std::istream& in) : in_(&in) {}
  /// Takes memory only as bytes arrive.
  [[nodiscard]] Result<std::string> read(std::uint64_t size, std::string_view what);
  [[nodiscard]] Result<StoredSample> read_sample(std::uint64_t size);
  [[nodiscard]] Status read_footer();

  std::istream* in_;
  std::uint64_t chain_ = 0;
  ExportSummary summary_;
  std::optional<std::pair<Sha256, std::string>> last_;
};

}  // namespace prova
