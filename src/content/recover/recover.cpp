#include "content/recover/recover.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>

#include "content/damage/assemble.h"
#include "content/image/file_systems.h"
#include "content/inventory/directory_walk.h"
#include "content/recover/exact_writer.h"

namespace prova {
namespace {

/// Files wanted out of a stream: path in the source, then the places (in the report) that wait for it.
using Wanted = std::map<std::string, std::vector<std::size_t>>;

class Recovery {
 public:
  Recovery(const Inventory& inventory, const DamageReport& damage, const RecoverOptions& options, const ContentProgress& progress, ExactWriter writer)
      : inventory_(inventory), damage_(damage), options_(options), progress_(progress), writer_(std::move(writer)), reader_(damage.sources) {}

  RecoverReport run() {
    for (const FileVerdict& verdict : damage_.files) {
      if (progress_.stop()) break;
      one(verdict);
      progress_.at("writing files", ++done_, damage_.files.size());
    }
    // From here on only streams are read: each archive and file system once, for all files that wait for it.
    for (const auto& [place, wanted] : waiting_) read_stream(place.first, place.second, wanted);
    sum_up();
    return std::move(report_);
  }

 private:
  void one(const FileVerdict& verdict) {
    if (options_.missing_only && verdict.verdict == Survival::kIntact) return;
    if (!verdict.copies.empty()) return from_copies(verdict);
    if (is_whole(verdict.verdict)) return finish(verdict.file, "extents", write_extents(verdict));
    if (verdict.in_inventory) return from_inventory(verdict);
    if (verdict.verdict == Survival::kPartial && options_.partials) partial(verdict);
  }

  RecoveredFile& entry(std::uint32_t file, std::string from) {
    report_.files.push_back({file, output_path(inventory_, file), false, std::move(from), {}});
    return report_.files.back();
  }
  static void set_outcome(RecoveredFile& file, const Result<bool>& exact) {
    file.exact = exact && *exact;
    if (!exact) file.problem = exact.error().message;
    if (exact && !*exact) file.problem = "read again, it is not the inventoried file";
    if (!file.exact) file.written.clear();
  }
  void finish(std::uint32_t file, std::string from, const Result<bool>& exact) { set_outcome(entry(file, std::move(from)), exact); }

  Result<bool> write_extents(const FileVerdict& verdict) {
    PROVA_TRY(writer_.begin(output_path(inventory_, verdict.file)));
    const bool read = read_extents(verdict.extents, reader_, [&](ByteView bytes) {
      writer_.write(bytes);
      return true;
    });
    if (!read) {
      writer_.abandon();
      return fail(ErrorCode::kIo, "its extents can no longer be read");
    }
    return writer_.finish(inventory_.digest(verdict.file));
  }

  void from_copies(const FileVerdict& verdict) {
    for (const WholeCopy& copy : verdict.copies) {
      if (damage_.sources[copy.source].form == SourceForm::kDirectory) {
        const Result<bool> exact = copy_file(verdict.file, copy);
        if ((exact && *exact) || &copy == &verdict.copies.back()) return finish(verdict.file, "copy", exact);
        continue;
      }
      entry(verdict.file, "copy").problem = "was not met again in its source";
      waiting_[{copy.source, copy.volume}][copy.path].push_back(report_.files.size() - 1);
      return;
    }
  }

  Result<bool> copy_file(std::uint32_t file, const WholeCopy& copy) {
    PROVA_TRY(writer_.begin(output_path(inventory_, file)));
    const std::uint64_t size = inventory_.files()[file].size;
    const bool read = read_extents({{0, size, ExtentKind::kStored, copy.source, 0, 0, copy.path}}, reader_, [&](ByteView bytes) {
      writer_.write(bytes);
      return true;
    });
    if (!read) {
      writer_.abandon();
      return fail(ErrorCode::kIo, "its copy can no longer be read");
    }
    return writer_.finish(inventory_.digest(file));
  }

  void from_inventory(const FileVerdict& verdict) {
    const auto write = [&]() -> Result<bool> {
      PROVA_TRY(writer_.begin(output_path(inventory_, verdict.file)));
      PROVA_TRY(tiny, inventory_.tiny_content(verdict.file));
      if (tiny) {
        writer_.write(as_bytes(*tiny));
      } else {
        write_constants(verdict.file);
      }
      return writer_.finish(inventory_.digest(verdict.file));
    };
    finish(verdict.file, "inventory", write());
  }

  void write_constants(std::uint32_t file) {
    const std::uint64_t size = inventory_.files()[file].size;
    const auto blocks = inventory_.blocks(file);
    for (std::size_t i = 0; i < blocks.size(); ++i) {
      const std::string bytes(static_cast<std::size_t>(std::min<std::uint64_t>(4096, size - i * 4096)), static_cast<char>(blocks[i] & 0xff));
      writer_.write(as_bytes(bytes));
    }
  }

  void partial(const FileVerdict& verdict) {
    const auto write = [&]() -> Status {
      PROVA_TRY(writer_.begin(output_path(inventory_, verdict.file) + ".prova-partial"));
      std::uint64_t at = 0;
      for (const FileExtent& extent : verdict.extents) {
        zeros(extent.file_offset - at);
        if (!read_extents({extent}, reader_, [&](ByteView bytes) { writer_.write(bytes); return true; })) {
          writer_.abandon();
          return fail(ErrorCode::kIo, "its extents can no longer be read");
        }
        at = extent.file_offset + extent.length;
      }
      zeros(inventory_.files()[verdict.file].size - at);
      return writer_.finish_unchecked();
    };
    RecoveredFile& file = entry(verdict.file, "partial");
    file.written += ".prova-partial";
    if (const Status written = write(); !written) {
      file.problem = written.error().message;
      file.written.clear();
    }
  }

  void zeros(std::uint64_t count) {
    static constexpr std::array<std::byte, 4096> kZeros{};
    for (; count > 0; count -= std::min<std::uint64_t>(count, kZeros.size())) writer_.write(ByteView(kZeros).first(static_cast<std::size_t>(std::min<std::uint64_t>(count, kZeros.size()))));
  }

  /// The first place that waits for a path is written from the stream; further ones are copied from what was written.
  void read_stream(std::uint32_t source, std::int64_t volume, const Wanted& wanted) {
    const std::vector<std::size_t>* places = nullptr;
    bool open = false;
    const FileReceiver receiver{
        [&](const StreamedFile& file) {
          const auto found = wanted.find(file.path);
          places = found == wanted.end() ? nullptr : &found->second;
          open = places != nullptr && report_.files[places->front()].exact == false && start(report_.files[places->front()]);
          return open;
        },
        [&](ByteView bytes) {
          if (open) writer_.write(bytes);
        },
        [&](std::string_view error) {
          if (!open) return;
          open = false;
          if (!error.empty()) return writer_.abandon();
          finish_stream(*places);
        }};
    const ScanSource& from = damage_.sources[source];
    if (from.form == SourceForm::kArchive) {
      const int file = open_quietly(from.path);
      if (file < 0) return;
      (void)run_in_child(archive_files(file), receiver);  // What was not met keeps its problem.
      ::close(file);
      return;
    }
    std::vector<ImageOverlay> overlays;
    for (const ReadableVolume& one : damage_.scans[source].structures.volumes) {
      if (static_cast<std::int64_t>(one.volume.offset) == volume) overlays = one.overlays;
    }
    const auto is_wanted = [&](const StreamedFile& file) { return wanted.contains(file.path); };
    (void)run_in_child(file_system_files(*from.image, static_cast<std::uint64_t>(volume), overlays, is_wanted), receiver);
  }

  bool start(RecoveredFile& file) {
    const Status begun = writer_.begin(output_path(inventory_, file.file));
    if (!begun) file.problem = begun.error().message;
    return begun.has_value();
  }

  void finish_stream(const std::vector<std::size_t>& places) {
    RecoveredFile& first = report_.files[places.front()];
    first.problem.clear();
    set_outcome(first, writer_.finish(inventory_.digest(first.file)));
    for (std::size_t i = 1; i < places.size() && first.exact; ++i) {
      RecoveredFile& other = report_.files[places[i]];
      other.problem.clear();
      set_outcome(other, duplicate(first, other.file));
    }
  }

  Result<bool> duplicate(const RecoveredFile& written, std::uint32_t file) {
    const int from = open_quietly(options_.output / written.written);
    if (from < 0) return fail(ErrorCode::kIo, "its twin cannot be read");
    Status begun = writer_.begin(output_path(inventory_, file));
    std::array<std::byte, 1U << 16> buffer;
    for (ssize_t got = 0; begun && (got = ::read(from, buffer.data(), buffer.size())) > 0;) writer_.write(ByteView(buffer).first(static_cast<std::size_t>(got)));
    ::close(from);
    if (!begun) return tl::unexpected<Error>(begun.error());
    return writer_.finish(inventory_.digest(file));
  }

  void sum_up() {
    std::sort(report_.files.begin(), report_.files.end(), [](const RecoveredFile& a, const RecoveredFile& b) { return a.file < b.file; });
    for (RecoveredFile& file : report_.files) {
      if (!file.problem.empty()) file.written.clear();
      if (file.exact) {
        ++report_.exact_files;
        report_.exact_bytes += inventory_.files()[file.file].size;
      } else if (file.written.empty()) {
        ++report_.failed_files;
      } else {
        ++report_.partial_files;
      }
    }
  }

  const Inventory& inventory_;
  const DamageReport& damage_;
  const RecoverOptions& options_;
  const ContentProgress& progress_;
  ExactWriter writer_;
  SourceReader reader_;
  RecoverReport report_;
  std::map<std::pair<std::uint32_t, std::int64_t>, Wanted> waiting_;
  std::size_t done_ = 0;
};

}  // namespace

std::string output_path(const Inventory& inventory, std::size_t file) {
  const std::string path = harmless_path(inventory.path(file));
  const auto& systems = inventory.meta().systems;
  const bool several = std::any_of(systems.begin(), systems.end(), [&](const std::string& one) { return one != systems.front(); });
  return several ? harmless_path(inventory.system(file)) + "/" + path : path;
}

Result<RecoverReport> recover_files(const Inventory& inventory, const DamageReport& damage, const RecoverOptions& options, const ContentProgress& progress) {
  PROVA_TRY(writer, ExactWriter::open(options.output));
  return Recovery(inventory, damage, options, progress, std::move(writer)).run();
}

}  // namespace prova
