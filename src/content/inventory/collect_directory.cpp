#include <thread>

#include "content/inventory/collection.h"
#include "content/inventory/directory_walk.h"
#include "content/inventory/work_queue.h"

namespace prova {
namespace {

struct Job {
  std::string path;  ///< Relative to the directory.
  struct stat info;
};

struct Directory {
  const std::filesystem::path& root;
  const std::string& prefix;
  std::uint16_t system;
  Collection& into;
};

void do_jobs(const Directory& directory, WorkQueue<Job>& queue) {
  FileReader reader(directory.into.settings());
  while (const auto job = queue.take()) {
    if (directory.into.stop()) continue;
    const std::string path = directory.prefix + job->path;
    if (directory.into.carry_over(directory.system, path, job->info)) continue;
    auto file = reader.read(directory.root / job->path);
    if (!file) {
      directory.into.complain(path, file.error().message);
      continue;
    }
    file->path = path;
    file->system = directory.system;
    directory.into.add(*std::move(file));
  }
}

}  // namespace

Status collect_directory(const std::filesystem::path& root, const std::string& prefix, std::uint16_t system, Collection& into) {
  const Directory directory{root, prefix, system, into};
  WorkQueue<Job> queue;
  const unsigned others = into.options().threads > 1 ? into.options().threads - 1 : 0;
  std::vector<std::jthread> workers;
  for (unsigned i = 0; i < others; ++i) workers.emplace_back([&] { do_jobs(directory, queue); });
  const Status walked = walk_directory(root, {[&](std::string path, const struct stat& info) { queue.put({std::move(path), info}, others > 0); },
                                              [&](std::string path, std::string reason) { into.complain(prefix + path, std::move(reason)); },
                                              [&] { return into.stop(); }});
  queue.close();
  do_jobs(directory, queue);  // This thread has walked; now it reads too.
  workers.clear();
  return walked;
}

void collect_file(const std::filesystem::path& file, const std::string& path, std::uint16_t system, Collection& into) {
  FileReader reader(into.settings());
  auto read = reader.read(file);
  if (!read) return into.complain(path, read.error().message);
  read->path = path;
  read->system = system;
  into.add(*std::move(read));
}

}  // namespace prova
