#include "content/container/archive_members.h"

#include <archive.h>
#include <archive_entry.h>

#include <array>
#include <memory>

namespace prova {
namespace {

struct ArchiveFree {
  void operator()(struct archive* archive) const { archive_read_free(archive); }
};
using ArchiveHandle = std::unique_ptr<struct archive, ArchiveFree>;

ArchiveHandle open_archive(ByteView bytes, bool raw_stream) {
  ArchiveHandle archive(archive_read_new());
  if (!archive) return archive;
  archive_read_support_filter_all(archive.get());
  archive_read_support_format_tar(archive.get());
  archive_read_support_format_zip(archive.get());
  archive_read_support_format_7zip(archive.get());
  archive_read_support_format_rar(archive.get());
  archive_read_support_format_rar5(archive.get());
  archive_read_support_format_cpio(archive.get());
  archive_read_support_format_cab(archive.get());
  archive_read_support_format_lha(archive.get());
  archive_read_support_format_ar(archive.get());
  if (raw_stream) archive_read_support_format_raw(archive.get());
  if (archive_read_open_memory(archive.get(), bytes.data(), bytes.size()) != ARCHIVE_OK) archive.reset();
  return archive;
}

std::string reason_of(struct archive* archive) {
  const char* text = archive_error_string(archive);
  return text != nullptr ? text : "cannot be read";
}

std::string name_of_entry(archive_entry* entry) {
  const char* name = archive_entry_pathname_utf8(entry);
  if (name == nullptr) name = archive_entry_pathname(entry);
  return name != nullptr ? name : "(no name)";
}

/// The member's bytes. Errors: kLimit; kMalformed.
Result<std::string> read_member(struct archive* archive, const ExtractionBudget& budget) {
  std::string bytes;
  std::array<char, 1 << 16> buffer;
  for (;;) {
    const la_ssize_t got = archive_read_data(archive, buffer.data(), buffer.size());
    if (got == 0) return bytes;
    if (got < 0) return fail(ErrorCode::kMalformed, reason_of(archive));
    const auto more = static_cast<std::size_t>(got);
    if (!budget.allows(bytes.size(), more)) return fail(ErrorCode::kLimit, budget.refusal(bytes.size()));
    bytes.append(buffer.data(), more);
  }
}

}  // namespace

Status read_archive(ByteView bytes, bool raw_stream, const ExtractionBudget& budget, const ArchiveEvents& events) {
  const ArchiveHandle archive = open_archive(bytes, raw_stream);
  if (!archive) return fail(ErrorCode::kMalformed, "not an archive that can be read");
  // Members of no content cost nothing in bytes: they are counted here, so that headers alone cannot run for ever.
  for (std::uint32_t seen = 0; seen < budget.limits().items; ++seen) {
    archive_entry* entry = nullptr;
    const int status = archive_read_next_header(archive.get(), &entry);
    if (status == ARCHIVE_EOF) return {};
    if (status < ARCHIVE_WARN) return fail(ErrorCode::kMalformed, reason_of(archive.get()));
    if (archive_entry_filetype(entry) != AE_IFREG) continue;
    std::string name = name_of_entry(entry);
    if (archive_entry_is_encrypted(entry) == 1) {
      events.unreadable(std::move(name), "is encrypted and needs its password");
      continue;
    }
    auto content = read_member(archive.get(), budget);
    if (content) {
      events.member({std::move(name), *std::move(content)});
    } else {
      events.unreadable(std::move(name), content.error().message);
      if (content.error().code == ErrorCode::kLimit && !budget.allows(0, 1)) return {};
    }
  }
  return fail(ErrorCode::kLimit, "more members than one file may hold");
}

}  // namespace prova
