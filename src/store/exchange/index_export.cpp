#include "store/exchange/index_export.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/file.h"
#include "store/check_batch.h"
#include "store/exchange/exported_sample.h"
#include "store/segments/encoding.h"

namespace prova {
namespace {

constexpr std::size_t kHeaderBytes = 16, kFooterBytes = 24, kEntryHeadBytes = 16;
/// Bytes are read in pieces of this size, so that a length that lies takes no memory.
constexpr std::uint64_t kPieceBytes = 1 << 20;
/// Digits of the SHA-256 that take the place of a file's name.
constexpr std::size_t kDigitsForName = 12;

tl::unexpected<Error> io_error(std::string_view doing, const std::filesystem::path& path) {
  return tl::unexpected<Error>(
      Error{ErrorCode::kIo, fmt::format("cannot {}: {}", doing, std::strerror(errno)), std::nullopt, path.string()});
}

std::string encode_header() {
  std::string numbers;
  append_fixed(numbers, kExportVersion);
  append_fixed(numbers, kFingerprintScheme);
  return fmt::format("{}{}", kExportMagic, numbers);
}

Status check_header(ByteView header) {
  if (as_text(header.first(kExportMagic.size())) != kExportMagic) {
    return fail(ErrorCode::kMalformed, "is not an export of an index", FileOffset{0});
  }
  Cursor numbers(header.subspan(kExportMagic.size()));
  const auto version = numbers.fixed<std::uint32_t>();
  const auto scheme = numbers.fixed<std::uint32_t>();
  if (version != kExportVersion) {
    return fail(ErrorCode::kUnsupported, fmt::format("export of version {}, this version of prova reads {}", version, kExportVersion),
                FileOffset{kExportMagic.size()});
  }
  if (scheme != kFingerprintScheme) {
    return fail(ErrorCode::kStore,
                fmt::format("fingerprint scheme {}, this version of prova uses {}: export again with a prova of this version, "
                            "or learn the samples here with `prova learn`", scheme, kFingerprintScheme),
                FileOffset{kExportMagic.size() + 4});
  }
  return {};
}

}  // namespace

StoredSample without_names(StoredSample sample) {
  sample.record.name = to_hex(sample.record.sha256).substr(0, kDigitsForName);
  std::erase_if(sample.record.toolmarks, [](const auto& mark) { return mark.first == Toolmark::Kind::kPdbPath; });
  for (StoredFunction& f : sample.functions) f.name.clear();
  return sample;
}

Result<ExportWriter> ExportWriter::create(const std::filesystem::path& path) {
  std::filesystem::path temporary = path;
  temporary += ".tmp";
  std::FILE* file = std::fopen(temporary.c_str(), "wbe");
  if (file == nullptr) return io_error("write", temporary);
  ExportWriter writer(path, std::move(temporary), file);
  const std::string header = encode_header();
  writer.chain_ = hash64(header);
  PROVA_TRY(writer.write(header));
  return writer;
}

ExportWriter::~ExportWriter() {
  std::error_code ignored;
  if (file_) std::filesystem::remove(temporary_, ignored);
}

Status ExportWriter::write(std::string_view bytes) {
  if (std::fwrite(bytes.data(), 1, bytes.size(), file_.get()) != bytes.size()) return io_error("write", temporary_);
  summary_.bytes += bytes.size();
  return {};
}

Status ExportWriter::add(const StoredSample& sample) {
  PROVA_TRY(bytes, encode_sample(sample));
  if (bytes.size() > kMaxExportedSample) {
    return fail(ErrorCode::kLimit, fmt::format("sample {} takes {} bytes, at most {} fit an export",
                                               to_hex(sample.record.sha256), bytes.size(), kMaxExportedSample));
  }
  chain_ = hash64(bytes, chain_);
  std::string head;
  append_fixed(head, static_cast<std::uint64_t>(bytes.size()));
  append_fixed(head, chain_);
  PROVA_TRY(write(head));
  PROVA_TRY(write(bytes));
  ++summary_.samples;
  summary_.functions += sample.functions.size();
  return {};
}

Result<ExportSummary> ExportWriter::finish() {
  std::string footer;
  append_fixed(footer, std::uint64_t{0});
  append_fixed(footer, summary_.samples);
  append_fixed(footer, hash64(footer, chain_));
  PROVA_TRY(write(footer));
  if (std::fflush(file_.get()) != 0 || ::fsync(::fileno(file_.get())) != 0) return io_error("write", temporary_);
  if (std::rename(temporary_.c_str(), path_.c_str()) != 0) return io_error("put in place", path_);
  file_.reset();
  PROVA_TRY(sync_directory(path_.has_parent_path() ? path_.parent_path() : "."));
  return summary_;
}

Result<std::string> ExportReader::read(std::uint64_t size, std::string_view what) {
  std::string bytes;
  std::string piece;
  while (bytes.size() < size) {
    piece.assign(static_cast<std::size_t>(std::min(size - bytes.size(), kPieceBytes)), '\0');
    in_->read(piece.data(), static_cast<std::streamsize>(piece.size()));
    const auto got = static_cast<std::size_t>(in_->gcount());
    bytes.append(piece, 0, got);
    if (got < piece.size()) {
      return fail(ErrorCode::kTruncated, fmt::format("{} of {} bytes ends after {}", what, size, bytes.size()),
                  FileOffset{summary_.bytes});
    }
  }
  return bytes;
}

Result<ExportReader> ExportReader::open(std::istream& in) {
  ExportReader reader(in);
  auto header = reader.read(kHeaderBytes, "header");
  if (!header) return tl::unexpected<Error>(std::move(header).error());
  PROVA_TRY(check_header(as_bytes(*header)));
  reader.chain_ = hash64(*header);
  reader.summary_.bytes = kHeaderBytes;
  return reader;
}

Result<StoredSample> ExportReader::read_sample(std::uint64_t size) {
  const FileOffset at{summary_.bytes};
  PROVA_TRY(stated, read(8, "checksum of a sample"));
  summary_.bytes += 8;
  PROVA_TRY(bytes, read(size, "sample"));
  chain_ = hash64(bytes, chain_);
  if (chain_ != Cursor(as_bytes(stated)).fixed<std::uint64_t>()) {
    return fail(ErrorCode::kMalformed, "checksum of the sample differs from its content", at);
  }
  auto sample = decode_sample(as_bytes(bytes), kMaxExportedSample);
  Status checked;
  if (sample) checked = check_batch(std::span(&*sample, 1));
  if (!sample || !checked) {
    Error error = sample ? std::move(checked).error() : std::move(sample).error();
    if (error.code == ErrorCode::kUsage) error.code = ErrorCode::kMalformed;
    error.offset = at;
    return tl::unexpected<Error>(std::move(error));
  }
  std::pair identity(sample->record.sha256, sample->record.member);
  if (last_ && !(*last_ < identity)) {
    return fail(ErrorCode::kMalformed, "samples are not ascending by SHA-256 and member", at);
  }
  last_ = std::move(identity);
  summary_.bytes += size;
  ++summary_.samples;
  summary_.functions += sample->functions.size();
  return sample;
}

Status ExportReader::read_footer() {
  PROVA_TRY(rest, read(kFooterBytes - 8, "footer"));
  Cursor in(as_bytes(rest));
  const auto samples = in.fixed<std::uint64_t>();
  std::string covered;
  append_fixed(covered, std::uint64_t{0});
  append_fixed(covered, samples);
  if (in.fixed<std::uint64_t>() != hash64(covered, chain_)) {
    return fail(ErrorCode::kMalformed, "checksum of the file differs from its content", FileOffset{summary_.bytes});
  }
  if (samples != summary_.samples) {
    return fail(ErrorCode::kMalformed, fmt::format("{} samples, the footer counts {}", summary_.samples, samples), FileOffset{summary_.bytes});
  }
  summary_.bytes += kFooterBytes - 8;
  if (in_->peek() != std::istream::traits_type::eof()) {
    return fail(ErrorCode::kMalformed, "bytes behind the end of the export", FileOffset{summary_.bytes});
  }
  return {};
}

Result<std::optional<StoredSample>> ExportReader::next() {
  PROVA_TRY(head, read(8, "length of a sample"));
  const auto size = Cursor(as_bytes(head)).fixed<std::uint64_t>();
  if (size > kMaxExportedSample) {
    return fail(ErrorCode::kLimit, fmt::format("sample of {} bytes, at most {} accepted", size, kMaxExportedSample), FileOffset{summary_.bytes});
  }
  summary_.bytes += 8;
  if (size == 0) {
    PROVA_TRY(read_footer());
    return std::optional<StoredSample>();
  }
  PROVA_TRY(sample, read_sample(size));
  return std::optional<StoredSample>(std::move(sample));
}

}  // namespace prova
