#pragma once

// The rules of the house, each with its reason. A rule reads the project and reports findings.

#include <vector>

#include "project.h"

namespace comity::tidy {

using Findings = std::vector<Finding>;

// The house (rules_house.cc)
[[nodiscard]] Findings check_edges(const Project& project);     ///< edges.txt points downwards
[[nodiscard]] Findings check_includes(const Project& project);  ///< includes follow the edges
[[nodiscard]] Findings check_third_party(
    const Project& project);                                   ///< foreign headers stay in place
[[nodiscard]] Findings check_cmake(const Project& project);    ///< comity_library links, only it
[[nodiscard]] Findings check_orphans(const Project& project);  ///< every file is used
[[nodiscard]] Findings check_readmes(const Project& project);  ///< a library's README is true
[[nodiscard]] Findings check_picture(const Project& project);  ///< ARCHITECTURE.md is current
[[nodiscard]] Findings check_named_tests(
    const Project& project);  ///< docs/threats.md names real tests
[[nodiscard]] Findings check_packages(const Project& project);  ///< each package has its reason

// The text (rules_text.cc)
[[nodiscard]] Findings check_banned(const Project& project);     ///< calls that have a better one
[[nodiscard]] Findings check_coawait(const Project& project);    ///< temporaries in a suspension
[[nodiscard]] Findings check_lengths(const Project& project);    ///< lines, files, functions
[[nodiscard]] Findings check_leftovers(const Project& project);  ///< marks of unfinished work
[[nodiscard]] Findings check_literals(const Project& project);   ///< names that the law's texts own

/// All of them, ordered by path and line.
[[nodiscard]] Findings check_all(const Project& project);

}  // namespace comity::tidy
