#include "workbench/analyzed_file.h"

#include <algorithm>

#include "kinship/learn.h"
#include "store/exchange/exported_sample.h"
#include "store/exchange/index_export.h"
#include "store/segments/encoding.h"
#include "workbench/opened_file.h"

namespace prova {
namespace {

std::uint64_t fingerprinted(const StoredSample& sample) {
  return static_cast<std::uint64_t>(std::count_if(sample.functions.begin(), sample.functions.end(), [](const auto& f) {
    return f.kind == FunctionKind::kFunction;
  }));
}

void add_sample(const BinaryImage& image, SampleRecord record, unsigned threads, AnalyzedFile& result) {
  auto sample = make_stored_sample(image, std::move(record), threads);
  if (!sample) {
    result.error = std::move(sample).error();
    result.error->file = result.file.path;
    return;
  }
  for (const Defect& defect : image.defects) add_defect(result.file.defects, defect.offset, defect.message);
  ++result.file.programs;
  result.file.functions += fingerprinted(*sample);
  result.samples.push_back(*std::move(sample));
}

void append_error(std::string& out, const Error& error) {
  append_varint(out, static_cast<std::uint64_t>(error.code));
  append_text(out, error.message);
  append_varint(out, error.offset ? 1 : 0);
  append_varint(out, error.offset ? raw(*error.offset) : 0);
}

Error read_error(Cursor& in) {
  Error error;
  error.code = static_cast<ErrorCode>(std::min(in.varint(), static_cast<std::uint64_t>(ErrorCode::kStore)));
  error.message = in.text();
  const bool has_offset = in.varint() != 0;
  const FileOffset offset{in.varint()};
  if (has_offset) error.offset = offset;
  return error;
}

bool read_file_facts(Cursor& in, LearnedFile& file) {
  file.sha256 = in.text();
  file.programs = in.varint();
  file.functions = in.varint();
  for (std::uint64_t n = in.varint(); n > 0 && in.ok(); --n) {
    const FileOffset offset{in.varint()};
    add_defect(file.defects, offset, in.text());
  }
  return in.ok();
}

bool decode(ByteView bytes, AnalyzedFile& result) {
  Cursor in(bytes);
  result.known = in.varint() != 0;
  if (in.varint() != 0) {
    result.error = read_error(in);
    result.error->file = result.file.path;
  }
  if (!read_file_facts(in, result.file)) return false;
  for (std::uint64_t n = in.varint(); n > 0 && in.ok(); --n) {
    auto sample = decode_sample(in.take(in.varint()), kMaxExportedSample);
    if (!sample) return false;
    result.samples.push_back(*std::move(sample));
  }
  return in.ok() && in.at_end();
}

}  // namespace

AnalyzedFile analyze_file(const std::filesystem::path& path, const SampleRecord& given, const std::set<Sha256>& known,
                          unsigned threads) {
  AnalyzedFile result;
  result.file.path = path.string();
  auto opened = open_file(path);
  if (!opened) {
    result.error = std::move(opened).error();
    return result;
  }
  result.file.sha256 = to_hex(opened->sha256);
  result.known = known.contains(opened->sha256);
  if (result.known) return result;
  result.file.defects = opened->loaded.defects;
  for (const BinaryImage& image : opened->loaded.images) {
    SampleRecord record = given;
    record.sha256 = opened->sha256;
    record.member = image.member;
    record.name = path.filename().string();
    add_sample(image, std::move(record), threads, result);
  }
  if (!result.samples.empty()) result.error.reset();
  return result;
}

std::string encode(const AnalyzedFile& file) {
  std::string out;
  append_varint(out, file.known ? 1 : 0);
  append_varint(out, file.error ? 1 : 0);
  if (file.error) append_error(out, *file.error);
  append_text(out, file.file.sha256);
  append_varint(out, file.file.programs);
  append_varint(out, file.file.functions);
  append_varint(out, file.file.defects.size());
  for (const Defect& defect : file.file.defects) {
    append_varint(out, raw(defect.offset));
    append_text(out, defect.message);
  }
  append_varint(out, file.samples.size());
  for (const StoredSample& sample : file.samples) {
    const auto bytes = encode_sample(sample);
    append_text(out, bytes ? *bytes : std::string());  // Empty: too large, which decode_analyzed refuses.
  }
  return out;
}

AnalyzedFile decode_analyzed(const std::filesystem::path& path, const Result<std::string>& bytes) {
  AnalyzedFile result;
  result.file.path = path.string();
  if (!bytes) {
    result.error = bytes.error();
    result.error->file = path.string();
  } else if (!decode(as_bytes(*bytes), result)) {
    result = {};
    result.file.path = path.string();
    result.error = Error{ErrorCode::kLimit, "what its analysis found is too large to store", std::nullopt, path.string()};
  }
  return result;
}

}  // namespace prova
