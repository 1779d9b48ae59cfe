#include "domain/prooffile/detail/words.h"

#include <array>

namespace comity::prooffile::detail {
namespace {

/// A check, by how its name begins; what would prove it.
struct Check {
    Phrase name;
    Phrase remedy;
};

constexpr Phrase original{"the file as its exporter sent it", "le fichier tel qu'exporté"};
constexpr Phrase export_anew{"a new export by a party, with what lacks",
                             "une nouvelle exportation par une partie, avec ce qui manque"};
constexpr Phrase other_way{"the same value, confirmed by another way than this file",
                           "la même valeur, confirmée par une autre voie que ce fichier"};

constexpr std::array checks{
    Check{{"form and digest line", "forme et ligne d'empreinte"}, original},
    Check{{"form of the annex", "forme de l'annexe"}, export_anew},
    Check{{"anchors", "ancres"},
          {"a trust file got by another way, given with --trust",
           "un fichier de confiance reçu par une autre voie, avec --trust"}},
    Check{{"anchor", "ancre"}, other_way},
    Check{{"law texts", "textes de droit"}, export_anew},
    Check{{"text of the agreement", "texte de l'accord"}, export_anew},
    Check{{"seal", "sceau"}, export_anew},
    Check{{"wholeness", "intégralité"}, original},
    Check{{"fields as they were exported", "champs tels qu'exportés"},
          {"the file with these fields put back (comity proof open --from)",
           "le fichier avec ces champs rétablis (comity proof open --from)"}},
    Check{{"sealed item as it was exported", "pièce scellée telle qu'exportée"}, original},
    Check{{"item", "pièce"}, export_anew},
    Check{{"fields and their commitments", "champs et leurs engagements"}, original},
    Check{{"place in the witnessed ledger of ", "place dans le registre attesté de "},
          {"a later export, with a checkpoint that enough witnesses cosigned",
           "une exportation ultérieure, avec un point cosigné par assez de témoins"}},
    Check{{"countersignature of the node of ", "contreseing du nœud de "}, export_anew},
    Check{{"signature of the node of ", "signature du nœud de "}, export_anew},
    Check{{"causal past and place in the chain of its author",
           "passé causal et place dans la chaîne de son auteur"},
          {"a file that holds the acts before it", "un fichier contenant les actes antérieurs"}},
    Check{{"chain from the root key and official's signature",
           "chaîne depuis la clé racine et signature de l'agent"},
          {"the registry entry that accredits this key at this date",
           "l'entrée de registre accréditant cette clé à cette date"}},
    Check{{"timestamp beside the file", "horodatage joint au fichier"},
          {"the authority's own answer, and its certificate in the trust file; or judge the file "
           "alone (--no-timestamp)",
           "la réponse de l'autorité et son certificat dans le fichier de confiance ; ou juger le "
           "fichier seul (--no-timestamp)"}},
    Check{{"conformity with the texts", "conformité aux textes"},
          {"the fields that lack; if none lacks, nothing: it does not conform",
           "les champs manquants ; s'il n'en manque pas, rien : il n'est pas conforme"}},
};

constexpr std::array places{
    Phrase{"the file", "le fichier"},
    Phrase{"the annex", "l'annexe"},
    Phrase{"the law texts", "les textes"},
    Phrase{"the timestamp", "l'horodatage"},
    Phrase{"the export by ", "l'exportation par "},
    Phrase{"registry of ", "registre de "},
    Phrase{"root key of ", "clé racine de "},
    Phrase{"node key of ", "clé du nœud de "},
    Phrase{"ledger of ", "journal de "},
    Phrase{"attesting node ", "nœud attestant "},
    Phrase{"receipt of ", "reçu de "},
    Phrase{"act ", "acte "},
    Phrase{"item ", "pièce "},
};

constexpr std::array details{
    Phrase{"withheld since the export: ", "retirés depuis l'exportation : "},
    Phrase{"it cannot be judged without ", "ne peut être jugé sans "},
    Phrase{"no trust was given", "aucun fichier de confiance n'a été donné"},
    Phrase{"it is not the one that the trust holds", "ce n'est pas celle du fichier de confiance"},
    Phrase{"the act's kind is not opened", "la nature de l'acte n'est pas révélée"},
    Phrase{"an earlier act of the matter is not proven", "un acte antérieur n'est pas prouvé"},
    Phrase{"the content is not whole as it was exported", "le contenu n'est plus celui exporté"},
    Phrase{"the file is not what its digest line says", "le fichier dément sa ligne d'empreinte"},
    Phrase{"it was taken out since the export", "retirée depuis l'exportation"},
    Phrase{"the trust names no authority for timestamps",
           "le fichier de confiance ne nomme aucune autorité d'horodatage"},
    Phrase{"it is older than the export: ", "antérieur à l'exportation : "},
};

const Check* check_of(const Step& step) {
    for (const Check& check : checks) {
        if (step.what.starts_with(check.name.english)) {
            return &check;
        }
    }
    return nullptr;
}

/// `text` with the first of `phrases` that it begins with in the other language.
template <std::size_t count>
std::string begun_in(const std::string& text, const std::array<Phrase, count>& phrases,
                     Language language) {
    for (const Phrase& phrase : phrases) {
        if (text.starts_with(phrase.english)) {
            return std::string(phrase.in(language)) + text.substr(phrase.english.size());
        }
    }
    return text;
}

}  // namespace

std::string_view answer_in(Answer answer, Language language) {
    switch (answer) {
        case Answer::authentic: return Phrase{"AUTHENTIC", "AUTHENTIQUE"}.in(language);
        case Answer::invalid: return Phrase{"INVALID", "INVALIDE"}.in(language);
        case Answer::not_proven: return Phrase{"NOT PROVEN", "NON PROUVÉ"}.in(language);
    }
    std::unreachable();
}

std::string_view meaning_in(Answer answer, Language language) {
    switch (answer) {
        case Answer::authentic:
            return Phrase{"The chain holds from the anchors to every act.",
                          "La chaîne tient, des ancres jusqu'à chaque acte."}
                .in(language);
        case Answer::invalid:
            return Phrase{"The file was altered or damaged, or a signature does not verify.",
                          "Fichier altéré ou endommagé, ou une signature n'est pas valable."}
                .in(language);
        case Answer::not_proven:
            return Phrase{"No check failed, but a link or an anchor lacks: see the end.",
                          "Aucun contrôle n'échoue, mais un maillon ou une ancre manque : voir "
                          "à la fin."}
                .in(language);
    }
    std::unreachable();
}

std::string check_in(const Step& step, Language language) {
    const Check* check = check_of(step);
    return check == nullptr ? step.what
                            : std::string(check->name.in(language)) +
                                  step.what.substr(check->name.english.size());
}

std::string about_in(const Step& step, Language language) {
    const std::string about = begun_in(step.about, places, language);
    // "registry of P, act 1 (1f0c5a2e)", "receipt of P, number 3"
    const std::size_t comma = about.find(", ");
    if (comma == std::string::npos) {
        return about;
    }
    constexpr std::array parts{Phrase{"act ", "acte "}, Phrase{"number ", "numéro "},
                               Phrase{"receipt of ", "reçu de "}};
    return about.substr(0, comma + 2) + begun_in(about.substr(comma + 2), parts, language);
}

std::string detail_in(const Step& step, Language language) {
    return begun_in(step.detail, details, language);
}

std::string_view remedy_in(const Step& step, Language language) {
    switch (step.finding) {
        case Finding::holds: return {};
        case Finding::fails:
            return Phrase{"nothing: ask for the file anew, and why it differs",
                          "rien : redemander le fichier, et pourquoi il diffère"}
                .in(language);
        case Finding::lacks: break;
    }
    const Check* check = check_of(step);
    return (check == nullptr ? export_anew : check->remedy).in(language);
}

}  // namespace comity::prooffile::detail
