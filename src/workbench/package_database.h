#pragma once
// The distribution's list of installed packages (dpkg): which files a package brought, and of which version.

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"

namespace prova {

/// Where dpkg keeps its database: `status` and `info/PACKAGE[:ARCH].list`. See deb822(5), dpkg(1).
constexpr const char* kPackageDirectory = "/var/lib/dpkg";
/// Largest `status` or list that is read: Debian's largest are some ten megabytes.
constexpr std::uint64_t kMaxPackageFileBytes = 256ULL << 20;

/// An installed package.
struct Package {
  std::string name;            ///< "zlib1g-dev"
  std::string architecture;    ///< "amd64", "all"
  std::string version;         ///< "1:1.2.13.dfsg-1"
  std::filesystem::path list;  ///< File with the paths that it brought.
};

/// Ascending by (name, architecture). Only installed ones with a list of files. A paragraph that makes no sense is
/// left out. Errors: kNotFound (no such database here); kIo; kLimit.
[[nodiscard]] Result<std::vector<Package>> installed_packages(const std::filesystem::path& database = kPackageDirectory);

/// The paths that the package brought, directories included, in the order of the list. Errors: kIo, kLimit.
[[nodiscard]] Result<std::vector<std::filesystem::path>> files_of(const Package& package);

/// The version that upstream gave: "1:1.2.13.dfsg-1" is "1.2.13", "12.2.0-14+25.2" is "12.2.0". Epoch and Debian
/// revision (Debian Policy 5.6.12) go, and so do the suffixes by which repackaged sources are marked.
[[nodiscard]] std::string upstream_version(std::string_view version);

}  // namespace prova
