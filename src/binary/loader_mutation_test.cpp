// Damaged copies of small ELF and Mach-O files: no crash, no broken promise, whatever the damage.

#include <gtest/gtest.h>

#include "binary/load.h"
#include "binary/macho_test_support.h"
#include "binary/mutation_test_support.h"
#include "binary/walk_test_support.h"

namespace prova {
namespace {

template <typename Load>
void survive_mutations(const std::vector<std::byte>& file, Load load) {
  const std::string original(as_text(file));
  for (std::uint64_t seed = 0; seed < test::mutation_count(); ++seed) {
    const std::string damaged = test::mutated(original, seed);
    const auto image = load(as_bytes(damaged));
    if (!image) continue;
    test::walk(*image);
    ASSERT_EQ(test::broken_promise(*image), nullptr) << "seed " << seed;
  }
}

TEST(Mutations, ElfLibrary) { survive_mutations(build_elf(test::small_library()), load_elf); }
TEST(Mutations, ElfLibrary32BigEndian) {
  survive_mutations(build_elf(test::small_library(32, std::endian::big)), load_elf);
}
TEST(Mutations, MachOProgram) { survive_mutations(build_macho(test::small_program()), load_macho); }

}  // namespace
}  // namespace prova
