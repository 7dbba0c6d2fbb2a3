#include "cli/commands.h"

int main(int argc, char** argv) { return prova::cli::run(argc, argv); }
