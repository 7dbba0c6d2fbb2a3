#include "workbench/package_database.h"

#include <gtest/gtest.h>

#include <fstream>

#include "workbench/starter_libraries.h"

namespace prova {
namespace {

TEST(PackageDatabase, OnlyInstalledPackagesWithAListCount) {
  const std::filesystem::path root = testing::TempDir() + "/packages";
  std::filesystem::create_directories(root / "info");
  std::ofstream(root / "status") << "Package: b\nStatus: install ok installed\nArchitecture: amd64\nVersion: 2:1.0-1\n"
                                    "Description: text\n Version: 9\n\n"
                                    "Package: gone\nStatus: deinstall ok config-files\nArchitecture: amd64\nVersion: 1\n\n"
                                    "Package: ../evil\nStatus: install ok installed\nArchitecture: all\nVersion: 1\n\n"
                                    "Package: a\nStatus: install ok installed\nArchitecture: all\nVersion: 3\n";
  std::ofstream(root / "info/b:amd64.list") << "/.\n/usr/lib/b.a\nnot a path\n";
  std::ofstream(root / "info/a.list") << "/usr/lib/a.a";
  const auto packages = installed_packages(root).value();
  ASSERT_EQ(packages.size(), 2U);
  EXPECT_EQ(packages[0].name, "a");
  EXPECT_EQ(packages[1].version, "2:1.0-1");
  EXPECT_EQ(files_of(packages[1]).value(), (std::vector<std::filesystem::path>{"/.", "/usr/lib/b.a"}));
  EXPECT_EQ(installed_packages(root / "info").error().code, ErrorCode::kNotFound);
  std::filesystem::remove_all(root);
}

TEST(PackageDatabase, UpstreamVersions) {
  EXPECT_EQ(upstream_version("1:1.2.13.dfsg-1"), "1.2.13");
  EXPECT_EQ(upstream_version("12.2.0-14+deb12u1+25.2+b1"), "12.2.0");
  EXPECT_EQ(upstream_version("1.5.4+dfsg2-5"), "1.5.4");
  EXPECT_EQ(upstream_version("10.0.0"), "10.0.0");
}

TEST(StarterLibraries, Patterns) {
  EXPECT_TRUE(fits("libz.a", "libz.a"));
  EXPECT_FALSE(fits("libz.a", "libz"));
  EXPECT_TRUE(fits("libgcc-12-dev", "libgcc-*-dev*"));
  EXPECT_TRUE(fits("libgcc-12-dev-arm64-cross", "libgcc-*-dev*"));
  EXPECT_FALSE(fits("libgcc-dev", "libgcc-*-dev*"));
  EXPECT_TRUE(fits("crt1.o", "*crt1.o"));
}

}  // namespace
}  // namespace prova
