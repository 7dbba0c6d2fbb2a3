#pragma once
// The learned weight table, embedded in the program.

#include "base/bytes.h"

namespace prova {

/// Bytes of src/fingerprint/weights/scheme-N.bin, as FeatureWeights::parse reads them. Live as long as the program.
[[nodiscard]] ByteView shipped_weights();

}  // namespace prova
