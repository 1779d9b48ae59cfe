#pragma once

// What the screen says, in each language.

#include <string>
#include <string_view>
#include <utility>

#include "domain/prooffile/report.h"
#include "domain/prooffile/screen.h"

namespace comity::prooffile::detail {

/// One phrase in all languages.
struct Phrase {
    std::string_view english;
    std::string_view french;

    [[nodiscard]] constexpr std::string_view in(Language language) const {
        switch (language) {
            case Language::english: return english;
            case Language::french: return french;
        }
        std::unreachable();
    }
};

namespace words {

inline constexpr Phrase merits{"This says nothing on the merits: what was lawful, courts decide.",
                               "Rien n'est dit du fond : de la légalité, les tribunaux décident."};
inline constexpr Phrase claims{"What the file claims, not proven as a whole:",
                               "Ce que le fichier affirme, sans preuve de l'ensemble :"};
inline constexpr Phrase matter{"Matter", "Affaire"};
inline constexpr Phrase state{"state", "état"};
inline constexpr Phrase agreement{"Agreement", "Accord"};
inline constexpr Phrase text{"text", "texte"};
inline constexpr Phrase law{"all texts", "tous les textes"};
inline constexpr Phrase exported{"Exported", "Exporté"};
inline constexpr Phrase by{"by", "par"};
inline constexpr Phrase whole{"on whose word nothing later is left out",
                              "qui répond de l'absence d'omission ultérieure"};
inline constexpr Phrase timestamp{"Timestamp", "Horodatage"};
inline constexpr Phrase existed{"it existed by", "il existait le"};
inline constexpr Phrase says{"says", "selon"};
inline constexpr Phrase unreviewed{"Reviewed by none", "Relu par personne"};
inline constexpr Phrase signers{"WHO SIGNED, FROM THE ROOT KEY DOWN",
                                "QUI A SIGNÉ, DEPUIS LA CLÉ RACINE"};
inline constexpr Phrase root_key{"root key", "clé racine"};
inline constexpr Phrase key{"key", "clé"};
inline constexpr Phrase accredited{"accredited", "accrédité"};
inline constexpr Phrase to{"to", "au"};
inline constexpr Phrase steps{"WHAT WAS DONE", "CE QUI A ÉTÉ FAIT"};
inline constexpr Phrase act{"act", "acte"};
inline constexpr Phrase acts{"acts", "actes"};
inline constexpr Phrase not_open{"an act whose kind is not opened", "acte de nature non révélée"};
inline constexpr Phrase mark{"NOT PROVEN", "NON PROUVÉ"};
inline constexpr Phrase conforms{"WHAT CONFORMS TO WHICH TEXT (clause, what it says, acts)",
                                 "CE QUI EST CONFORME À QUEL TEXTE (clause, objet, actes)"};
inline constexpr Phrase procedure{"procedure", "procédure"};
inline constexpr Phrase none_judged{"nothing could be judged", "rien n'a pu être jugé"};
inline constexpr Phrase rests{"WHAT RESTS ON WHOSE WORD", "CE QUI REPOSE SUR LA PAROLE DE QUI"};
inline constexpr Phrase attested{"that the acts were there by their dates: attested by",
                                 "la présence des actes à leurs dates : attestée par"};
inline constexpr Phrase notices{"WHAT TO WEIGH", "À PRENDRE EN COMPTE"};
inline constexpr Phrase items{"ITEMS HANDED OVER (by their digests)",
                              "PIÈCES REMISES (par leurs empreintes)"};
inline constexpr Phrase inside{"sealed, in this file", "scellée, dans ce fichier"};
inline constexpr Phrase outside{"not in this file", "hors de ce fichier"};
inline constexpr Phrase taken{"taken out since the export", "retirée depuis l'exportation"};
inline constexpr Phrase lacks{"WHAT COULD NOT BE PROVEN, AND WHAT WOULD PROVE IT",
                              "CE QUI N'A PU ÊTRE PROUVÉ, ET CE QUI LE PROUVERAIT"};
inline constexpr Phrase all_proven{"nothing: every check held", "rien : chaque contrôle a tenu"};
inline constexpr Phrase unopened{"never opened in this file", "jamais ouverts dans ce fichier"};
inline constexpr Phrase compare{"COMPARE BY ANOTHER MEANS, THEN VERIFY WITH --trust",
                                "À COMPARER PAR UNE AUTRE VOIE, PUIS VÉRIFIER AVEC --trust"};
inline constexpr Phrase more{"more", "de plus"};

}  // namespace words

[[nodiscard]] std::string_view answer_in(Answer answer, Language language);
[[nodiscard]] std::string_view meaning_in(Answer answer, Language language);

/// What a step checked, of what, and what it found, in the language; words that have no translation
/// stay as they are.
[[nodiscard]] std::string check_in(const Step& step, Language language);
[[nodiscard]] std::string about_in(const Step& step, Language language);
[[nodiscard]] std::string detail_in(const Step& step, Language language);
/// What would prove what lacks, or what to do about what fails.
[[nodiscard]] std::string_view remedy_in(const Step& step, Language language);

}  // namespace comity::prooffile::detail
