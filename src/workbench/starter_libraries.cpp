#include "workbench/starter_libraries.h"

#include <algorithm>

namespace prova {
namespace {

namespace fs = std::filesystem;

bool fits_any(std::string_view text, const std::vector<std::string_view>& patterns) {
  return std::any_of(patterns.begin(), patterns.end(), [&](std::string_view pattern) { return fits(text, pattern); });
}

/// What one package brings of a library.
struct Found {
  Package package;
  std::vector<std::string> files;  ///< Ascending.
};

/// The files of `package` below `root` with these names.
Result<std::vector<std::string>> matching_files(const Package& package, const fs::path& root,
                                                const std::vector<std::string_view>& names) {
  PROVA_TRY(paths, files_of(package));
  std::vector<std::string> found;
  for (const fs::path& path : paths) {
    if (!fits_any(path.filename().string(), names)) continue;
    const fs::path here = root / path.relative_path();
    std::error_code ignored;
    if (fs::is_regular_file(fs::symlink_status(here, ignored))) found.push_back(here.string());
  }
  std::sort(found.begin(), found.end());
  return found;
}

/// Static libraries of all packages that bring some; without any, shared ones.
Result<std::vector<Found>> find(const StarterLibrary& library, const std::vector<Package>& packages, const fs::path& root) {
  std::vector<Found> all;
  for (const bool shared : {false, true}) {
    if (shared && (library.shared.empty() || !all.empty())) break;
    for (const Package& package : packages) {
      if (!shared && !fits_any(package.name, library.packages)) continue;
      if (shared && !package.name.starts_with("lib")) continue;
      PROVA_TRY(files, matching_files(package, root, shared ? std::vector{library.shared} : library.files));
      if (!files.empty()) all.push_back({package, std::move(files)});
    }
  }
  return all;
}

Status learn_package(FingerprintStore& store, const StarterLibrary& library, const Found& found, unsigned threads,
                     const Progress& progress, StarterOutcome& outcome) {
  LearnOptions options;
  options.family = library.family;
  options.role = SampleRole::kLibrary;
  options.version = upstream_version(found.package.version);
  options.threads = threads;
  PROVA_TRY(learned, learn(found.files, options, store, progress));
  outcome.learned.push_back({options.family, options.version, found.package.name, learned.learned.size(), learned.samples,
                             learned.functions, learned.skipped});
  outcome.failed.insert(outcome.failed.end(), learned.failed.begin(), learned.failed.end());
  outcome.interrupted = learned.interrupted;
  return {};
}

}  // namespace

bool fits(std::string_view text, std::string_view pattern) {
  const std::size_t star = pattern.find('*');
  if (star == std::string_view::npos) return text == pattern;
  if (!text.starts_with(pattern.substr(0, star))) return false;
  text.remove_prefix(star);
  pattern.remove_prefix(star + 1);
  for (std::size_t skipped = 0; skipped <= text.size(); ++skipped) {
    if (fits(text.substr(skipped), pattern)) return true;
  }
  return false;
}

const std::vector<StarterLibrary>& starter_libraries() {
  // Debian 12's names. The runtimes are what compilers link into every program; the others are what programs of every
  // kind carry statically, malware included.
  static const std::vector<StarterLibrary> libraries = {
      {"glibc", {"libc6-dev*"}, {"libc.a", "libm-*.a", "libmvec.a", "libresolv.a", "libc_nonshared.a", "*crt1.o", "crti.o", "crtn.o"}, "", "libc6-dev"},
      {"libgcc", {"libgcc-*-dev*"}, {"libgcc.a", "libgcc_eh.a", "crtbegin*.o", "crtend*.o"}, "", "libgcc-12-dev"},
      {"libstdc++", {"libstdc++-*-dev*"}, {"libstdc++.a", "libsupc++.a"}, "libstdc++.so.*", "libstdc++-12-dev"},
      {"mingw-w64", {"mingw-w64-x86-64-dev", "mingw-w64-i686-dev"},
       {"libmingw32.a", "libmingwex.a", "libmsvcrt*.a", "libucrt*.a", "libwinpthread.a", "libpthread.a", "*crt*.o", "CRT_*.o", "binmode.o", "txtmode.o"}, "",
       "mingw-w64-x86-64-dev mingw-w64-i686-dev"},
      {"mingw-w64 libgcc", {"gcc-mingw-w64-*"}, {"libgcc.a", "libgcc_eh.a", "libssp*.a", "libatomic.a", "crtbegin*.o", "crtend*.o", "crtfastmath.o"}, "",
       "gcc-mingw-w64-x86-64 gcc-mingw-w64-i686"},
      {"mingw-w64 libstdc++", {"g++-mingw-w64-*", "gcc-mingw-w64-*"}, {"libstdc++.a", "libsupc++.a"}, "", "g++-mingw-w64-x86-64 g++-mingw-w64-i686"},
      {"zlib", {"zlib1g-dev", "libz-mingw-w64-dev"}, {"libz.a"}, "libz.so.*", "zlib1g-dev libz-mingw-w64-dev"},
      {"openssl", {"libssl-dev"}, {"libcrypto.a", "libssl.a"}, "libcrypto.so.*", "libssl-dev"},
      {"sqlite", {"libsqlite3-dev"}, {"libsqlite3.a"}, "libsqlite3.so.*", "libsqlite3-dev"},
      {"zstd", {"libzstd-dev"}, {"libzstd.a"}, "libzstd.so.*", "libzstd-dev"},
      {"bzip2", {"libbz2-dev"}, {"libbz2.a"}, "libbz2.so.*", "libbz2-dev"},
      {"xz", {"liblzma-dev"}, {"liblzma.a"}, "liblzma.so.*", "liblzma-dev"},
      {"lz4", {"liblz4-dev"}, {"liblz4.a"}, "liblz4.so.*", "liblz4-dev"},
      {"curl", {"libcurl4-*-dev"}, {"libcurl*.a"}, "libcurl.so.*", "libcurl4-openssl-dev"},
      {"libsodium", {"libsodium-dev"}, {"libsodium.a"}, "libsodium.so.*", "libsodium-dev"},
      {"leveldb", {"libleveldb-dev"}, {"libleveldb.a"}, "libleveldb*.so.*", "libleveldb-dev"},
      {"snappy", {"libsnappy-dev"}, {"libsnappy.a"}, "libsnappy.so.*", "libsnappy-dev"},
      {"libpng", {"libpng-dev"}, {"libpng16.a"}, "libpng16.so.*", "libpng-dev"},
      {"expat", {"libexpat1-dev"}, {"libexpat.a"}, "libexpat.so.*", "libexpat1-dev"},
      {"libxml2", {"libxml2-dev"}, {"libxml2.a"}, "libxml2.so.*", "libxml2-dev"},
      {"pcre2", {"libpcre2-dev"}, {"libpcre2-*.a"}, "libpcre2-8.so.*", "libpcre2-dev"},
      {"libuv", {"libuv1-dev"}, {"libuv*.a"}, "libuv.so.*", "libuv1-dev"},
      {"mbedtls", {"libmbedtls-dev"}, {"libmbed*.a"}, "libmbedcrypto.so.*", "libmbedtls-dev"},
      {"lua", {"liblua5.*-dev"}, {"liblua5.*.a"}, "liblua5.4.so.*", "liblua5.4-dev"},
  };
  return libraries;
}

Result<StarterOutcome> learn_starter_libraries(FingerprintStore& store, const fs::path& root, unsigned threads,
                                               const Progress& progress) {
  PROVA_TRY(packages, installed_packages(root / fs::path(kPackageDirectory).relative_path()));
  StarterOutcome outcome;
  for (const StarterLibrary& library : starter_libraries()) {
    PROVA_TRY(found, find(library, packages, root));
    if (found.empty()) outcome.missing.push_back({std::string(library.family), std::string(library.suggestion)});
    for (const Found& one : found) {
      PROVA_TRY(learn_package(store, library, one, threads, progress, outcome));
      if (outcome.interrupted) return outcome;
    }
  }
  return outcome;
}

}  // namespace prova
