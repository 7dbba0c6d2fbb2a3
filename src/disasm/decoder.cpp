#include "disasm/decoder.h"

#include <fmt/format.h>

#include "disasm/arm32.h"
#include "disasm/arm64.h"
#include "disasm/x86.h"

namespace prova {

Result<std::unique_ptr<Decoder>> make_decoder(Arch arch) {
  switch (arch) {
    case Arch::kX86: case Arch::kX64: return make_x86_decoder(arch);
    case Arch::kArm64: return make_arm64_decoder();
    case Arch::kArm: return make_arm32_decoder();
    case Arch::kUnknown: break;
  }
  return fail(ErrorCode::kUnsupported,
              fmt::format("no decoder for machine {}, expected x86, x64, arm or arm64", name_of(arch)));
}

}  // namespace prova
