#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <memory>
#include <vector>

#include "content/image/file_systems.h"

namespace prova {
namespace {

struct FreeArchive {
  void operator()(archive* one) const { archive_read_free(one); }
};

constexpr std::size_t kReadBytes = 1U << 18;

std::string why(archive* reading) {
  const char* text = archive_error_string(reading);
  return text != nullptr ? text : "cannot be read";
}

StreamedFile described(archive_entry* entry) {
  StreamedFile file;
  const char* path = archive_entry_pathname(entry);
  file.path = harmless_path(path != nullptr ? path : "");
  file.size = archive_entry_size(entry) < 0 ? 0 : static_cast<std::uint64_t>(archive_entry_size(entry));
  file.mtime_ns = archive_entry_mtime(entry) * 1'000'000'000LL + archive_entry_mtime_nsec(entry);
  file.mode = static_cast<std::uint32_t>(archive_entry_mode(entry));
  file.owner = static_cast<std::uint32_t>(archive_entry_uid(entry));
  return file;
}

void send_content(archive* reading, std::vector<std::byte>& buffer, const FileReceiver& into) {
  for (;;) {
    const la_ssize_t got = archive_read_data(reading, buffer.data(), buffer.size());
    if (got == 0) return into.end({});
    if (got < 0) return into.end(why(reading));
    into.content(ByteView(buffer).first(static_cast<std::size_t>(got)));
  }
}

Status produce(int descriptor, const FileReceiver& into) {
  const std::unique_ptr<archive, FreeArchive> reading(archive_read_new());
  archive_read_support_filter_all(reading.get());
  archive_read_support_format_all(reading.get());
  if (archive_read_open_fd(reading.get(), descriptor, 1U << 18) != ARCHIVE_OK) return fail(ErrorCode::kMalformed, fmt::format("is not an archive: {}", why(reading.get())));
  std::vector<std::byte> buffer(kReadBytes);
  archive_entry* entry = nullptr;
  for (;;) {
    const int next = archive_read_next_header(reading.get(), &entry);
    if (next == ARCHIVE_EOF) return {};
    if (next < ARCHIVE_WARN) return fail(ErrorCode::kMalformed, fmt::format("the archive is damaged: {}", why(reading.get())));
    // A hard link has no content of its own: the file it names came before.
    if (archive_entry_filetype(entry) != AE_IFREG || archive_entry_hardlink(entry) != nullptr) continue;
    const StreamedFile file = described(entry);
    if (file.path.empty()) continue;
    (void)into.begin(file);
    send_content(reading.get(), buffer, into);
  }
}

}  // namespace

FileProducer archive_files(int descriptor) {
  return [descriptor](const FileReceiver& into) { return produce(descriptor, into); };
}

}  // namespace prova
