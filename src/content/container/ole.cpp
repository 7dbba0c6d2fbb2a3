#include "content/container/ole.h"

#include <gsf/gsf-infile-msole.h>
#include <gsf/gsf-infile.h>
#include <gsf/gsf-input-memory.h>
#include <gsf/gsf-utils.h>

#include <algorithm>

namespace prova {
namespace {

struct Unref {
  void operator()(void* object) const { g_object_unref(object); }
};
using OwnedInput = std::unique_ptr<GsfInput, Unref>;

// GLib's cast macros are C casts; in these the first member of the one is the other.
GsfInput* as_input(void* object) { return static_cast<GsfInput*>(object); }
GsfInfile* as_infile(void* object) { return static_cast<GsfInfile*>(object); }

}  // namespace

struct OleStorage::Handle {
  std::unique_ptr<GsfInfile, Unref> infile;
};

OleStorage::OleStorage(std::unique_ptr<Handle> handle, std::size_t file_bytes) : handle_(std::move(handle)), file_bytes_(file_bytes) {}
OleStorage::OleStorage(OleStorage&&) noexcept = default;
OleStorage& OleStorage::operator=(OleStorage&&) noexcept = default;
OleStorage::~OleStorage() = default;

Result<OleStorage> OleStorage::open(ByteView file) {
  static const bool ready = [] {
    gsf_init();
    // What it says of damaged files goes nowhere: it would be said for every block.
    for (const char* domain : {"libgsf", "libgsf:msole"}) {
      g_log_set_handler(domain, static_cast<GLogLevelFlags>(G_LOG_LEVEL_MASK), [](const gchar*, GLogLevelFlags, const gchar*, gpointer) {}, nullptr);
    }
    return true;
  }();
  (void)ready;
  const OwnedInput input(as_input(gsf_input_memory_new(reinterpret_cast<const guint8*>(file.data()), static_cast<gsf_off_t>(file.size()), FALSE)));
  if (!input) return fail(ErrorCode::kMalformed, "no memory to open the compound file");
  GError* error = nullptr;
  GsfInfile* root = gsf_infile_msole_new(input.get(), &error);
  if (error != nullptr) g_error_free(error);
  if (root == nullptr) return fail(ErrorCode::kMalformed, "not a compound file that can be read");
  auto handle = std::make_unique<Handle>();
  handle->infile.reset(root);
  return OleStorage(std::move(handle), file.size());
}

std::vector<std::string> OleStorage::names() const {
  std::vector<std::string> names;
  const int count = gsf_infile_num_children(handle_->infile.get());
  for (int i = 0; i < count && names.size() < kMaxOleEntries; ++i) {
    if (const char* name = gsf_infile_name_by_index(handle_->infile.get(), i)) names.emplace_back(name);
  }
  return names;
}

bool OleStorage::has(const std::string& name) const {
  const std::vector<std::string> all = names();
  return std::find(all.begin(), all.end(), name) != all.end();
}

std::string OleStorage::stream(const std::string& name, const ExtractionBudget& budget) const {
  if (!has(name)) return {};
  const OwnedInput child(gsf_infile_child_by_name(handle_->infile.get(), name.c_str()));
  if (!child) return {};
  const gsf_off_t size = gsf_input_size(child.get());
  if (size <= 0 || static_cast<std::uint64_t>(size) > file_bytes_ || !budget.allows(0, static_cast<std::uint64_t>(size))) return {};
  std::string bytes(static_cast<std::size_t>(size), '\0');
  if (gsf_input_read(child.get(), bytes.size(), reinterpret_cast<guint8*>(bytes.data())) == nullptr) return {};
  return bytes;
}

Result<OleStorage> OleStorage::storage(const std::string& name) const {
  OwnedInput child(has(name) ? gsf_infile_child_by_name(handle_->infile.get(), name.c_str()) : nullptr);
  if (!child || !GSF_IS_INFILE(child.get()) || gsf_infile_num_children(as_infile(static_cast<void*>(child.get()))) < 0) {
    return fail(ErrorCode::kNotFound, "no storage of that name");
  }
  auto handle = std::make_unique<Handle>();
  handle->infile.reset(as_infile(static_cast<void*>(child.release())));
  return OleStorage(std::move(handle), file_bytes_);
}

}  // namespace prova
