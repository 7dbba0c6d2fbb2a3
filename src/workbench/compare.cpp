#include "workbench/compare.h"

#include <fmt/format.h>

#include <algorithm>

namespace prova {
namespace {

struct Side {
  std::unique_ptr<const OpenedFile> file;
  std::unique_ptr<const AnalyzedProgram> program;
  report::ComparedSide shown;
};

Error in_file(Error error, const std::string& path) {
  if (error.file.empty()) error.file = path;
  return error;
}

Result<Side> read_side(const std::string& path, const std::string& member, unsigned threads) {
  PROVA_TRY(opened, open_file(path));
  Side side;
  side.file = std::make_unique<const OpenedFile>(std::move(opened));
  PROVA_TRY(image, pick_program(*side.file, member));
  SampleRecord record;
  record.sha256 = side.file->sha256;
  record.name = side.file->path.filename().string();
  auto program = analyze_program(*image, std::move(record), threads, /*with_labels=*/true);
  if (!program) return tl::unexpected<Error>(in_file(std::move(program).error(), path));
  side.program = std::make_unique<const AnalyzedProgram>(*std::move(program));
  side.shown = {{side.file->path.filename().string(), to_hex(side.file->sha256), side.file->bytes->size(),
                 side.file->loaded.container},
                side.program.get()};
  return side;
}

/// The pair of the function that the user named, in A or else in B.
Result<FunctionPair> named_pair(const Side& left, const Side& right, const ProgramComparison& comparison,
                                const std::string& text) {
  const auto in_left = find_function(left.program->program, text);
  const auto in_right = find_function(right.program->program, text);
  for (const FunctionPair& pair : comparison.pairs) {
    if (in_left ? pair.left == *in_left : in_right && pair.right == *in_right) return pair;
  }
  if (!in_left && !in_right) return tl::unexpected<Error>(in_left.error());
  return fail(ErrorCode::kNotFound, fmt::format("\"{}\" has no counterpart in {}", text,
                                                (in_left ? right : left).file->path.filename().string()));
}

}  // namespace

Result<const BinaryImage*> pick_program(const OpenedFile& file, const std::string& member) {
  const auto& images = file.loaded.images;
  std::string known;
  for (const BinaryImage& image : images) {
    if (member.empty() ? images.size() == 1 : image.member == member) return &image;
    constexpr std::size_t kNamed = 200;
    if (known.size() < kNamed) known += (known.empty() ? "" : ", ") + image.member;
  }
  Error error;
  error.code = member.empty() ? ErrorCode::kUsage : ErrorCode::kNotFound;
  error.message = fmt::format("{} programs in this file, name one of them: {}", images.size(), known);
  return tl::unexpected<Error>(in_file(std::move(error), file.path.string()));
}

Result<Compared> compare_files(const std::string& left_path, const std::string& right_path,
                               const CompareOptions& options) {
  PROVA_TRY(left, read_side(left_path, options.left_member, options.threads));
  PROVA_TRY(right, read_side(right_path, options.right_member, options.threads));
  Compared out;
  report::CompareReport& report = out.report;
  report.comparison = compare_programs(*left.program, *right.program);
  // From here on no pair is added; what follows only shows some of them in detail.
  std::vector<FunctionPair> chosen;
  for (const std::string& text : options.functions) {
    PROVA_TRY(pair, named_pair(left, right, report.comparison, text));
    chosen.push_back(pair);
  }
  if (options.functions.empty()) {
    chosen = strongest_changed(report.comparison, *left.program, *right.program, options.top);
  }
  PROVA_TRY(aligned, align_pairs(*left.program, *right.program, report.comparison, chosen, options.names));
  report.aligned = std::move(aligned);
  report.left = left.shown;
  report.right = right.shown;
  out.left_file = std::move(left.file);
  out.right_file = std::move(right.file);
  out.left = std::move(left.program);
  out.right = std::move(right.program);
  return out;
}

}  // namespace prova
