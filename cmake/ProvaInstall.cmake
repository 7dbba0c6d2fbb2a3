# `cmake --install` and a Debian package that work without the source tree.
include(GNUInstallDirs)
if(TARGET prova)
  install(TARGETS prova RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
install(FILES ${CMAKE_SOURCE_DIR}/LICENSE ${CMAKE_SOURCE_DIR}/README.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY ${CMAKE_SOURCE_DIR}/docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR}/docs FILES_MATCHING PATTERN "*.md" PATTERN "*.png")
install(DIRECTORY ${CMAKE_SOURCE_DIR}/examples/albania-2022 DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples
        FILES_MATCHING PATTERN "case.yaml" PATTERN "README.md" PATTERN "build" EXCLUDE PATTERN "artifacts" EXCLUDE PATTERN "known" EXCLUDE
        PATTERN "report" EXCLUDE PATTERN "standins" EXCLUDE)
install(FILES ${CMAKE_SOURCE_DIR}/src/cli/completion/prova.bash
        DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME prova)
install(FILES ${CMAKE_SOURCE_DIR}/docs/prova.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME prova)
set(CPACK_PACKAGE_CONTACT "prova maintainers <maintainers@prova.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "evidence-based analysis of destructive cyber attacks")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
    "Fingerprints what an attack left, matches it with what was known before,\n weighs every match as a measured likelihood ratio, reasons over competing\n hypotheses and writes the statement with calibrated words. Works offline.")
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_STRIP_FILES ON)
include(CPack)
