// Files that come one after the other: out of the file systems of an image, or a tar stream.

#include <fmt/format.h>

#include <algorithm>

#include "content/image/file_systems.h"
#include "content/image/partitions.h"
#include "content/inventory/collection.h"

namespace prova {
namespace {

/// Turns a stream into inventoried files.
class StreamCollector {
 public:
  StreamCollector(std::string prefix, std::uint16_t system, Collection& into)
      : prefix_(std::move(prefix)), system_(system), into_(into), fingerprinter_(into.settings().hasher) {}

  [[nodiscard]] FileReceiver receiver() {
    return {[this](const StreamedFile& file) { return begin(file); }, [this](ByteView bytes) { content(bytes); },
            [this](std::string_view error) { end(error); }};
  }

 private:
  bool begin(const StreamedFile& file) {
    declared_ = file;
    made_ = {};
    made_.path = file.path;
    window_.clear();
    offset_ = 0;
    fingerprinter_.begin(true);
    return !into_.stop();
  }
  void content(ByteView bytes) {
    fingerprinter_.add(bytes);
    if (!into_.options().marks.any()) return;
    if (window_.size() + bytes.size() > kMarkWindow) mark();
    window_ += as_text(bytes);
  }
  void mark() {
    const Status marked = add_content_marks({as_bytes(window_), offset_, std::max<std::uint64_t>(declared_.size, offset_ + window_.size())},
                                            into_.settings().keys_of_marks, into_.options().marks, extractor_, made_);
    if (!marked) made_.unread.push_back({"", marked.error().message});
    offset_ += window_.size();
    window_.clear();
  }
  void end(std::string_view error) {
    FileFingerprint fingerprint = fingerprinter_.finish();
    const std::string path = prefix_ + declared_.path;
    if (!error.empty()) return into_.complain(path, std::string(error));
    if (!window_.empty()) mark();
    made_.path = path;
    made_.system = system_;
    made_.record.mtime_ns = declared_.mtime_ns;
    made_.record.ctime_ns = declared_.ctime_ns;
    made_.record.inode = declared_.inode;
    made_.record.mode = declared_.mode;
    made_.record.owner = declared_.owner;
    take_fingerprint(std::move(fingerprint), made_);
    into_.add(std::move(made_));
  }

  std::string prefix_;
  std::uint16_t system_;
  Collection& into_;
  FileFingerprinter fingerprinter_;
  Extractor extractor_;
  StreamedFile declared_;
  InventoriedFile made_;
  std::string window_;
  std::uint64_t offset_ = 0;
};

}  // namespace

Result<std::size_t> collect_image(const std::filesystem::path& image, const std::string& system_name, Collection& into) {
  PROVA_TRY(reader, open_image(image));
  const auto volumes = find_volumes(*reader);
  std::size_t read = 0;
  for (const Volume& volume : volumes) {
    const std::string prefix = volumes.size() > 1 ? fmt::format("volume-{}/", volume.offset) : std::string();
    StreamCollector collector(prefix, into.system(system_name, image.string()), into);
    const auto all = [](const StreamedFile&) { return true; };
    const Status done = run_in_child(file_system_files(*reader, volume.offset, {}, all), collector.receiver());
    if (done) {
      ++read;
    } else if (done.error().code != ErrorCode::kUnsupported) {
      into.complain(prefix + image.filename().string(), done.error().message);
      ++read;
    }
  }
  return read;
}

Status collect_archive(int descriptor, std::uint16_t system, Collection& into) {
  StreamCollector collector("", system, into);
  return run_in_child(archive_files(descriptor), collector.receiver());
}

}  // namespace prova
