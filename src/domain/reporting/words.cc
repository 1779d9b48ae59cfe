#include "domain/reporting/words.h"

#include <utility>

namespace comity::reporting {
namespace {

constexpr Words english{
    .title = "Custody report",
    .what_it_is =
        "Who held which item when, under which clause, and every access to it, computed from one "
        "proof file. This page is a view: what is signed is the proof file, and the attached "
        "record holds what stands here. It says nothing on the merits.",
    .answer = "The proof file is",
    .matter = "Matter",
    .state = "State of the matter",
    .realm = "Realm",
    .agreement = "Agreement",
    .law = "Digest of the law texts",
    .exported = "Exported by",
    .proof_digest = "SHA-256 of the proof file",
    .record_digest = "SHA-256 of the attached record",
    .field = "What",
    .value = "Value",
    .gaps = "What this file does not show",
    .gaps_none = "Nothing was found to lack.",
    .gaps_some = "Nothing here is guessed: what follows is not known from this file.",
    .items = "Items",
    .items_none = "This file shows no item that was handed over.",
    .item = "Item",
    .handed_over_by = "Handed over by",
    .readers = "Sealed to",
    .kind_and_size = "Kind and size",
    .digest = "Digest of the sealed item",
    .commitment = "Commitment to the contents",
    .ends = "Ends on",
    .limits = "Limits of use",
    .source = "Received by",
    .holders = "Who held it",
    .holder = "Holder",
    .from = "From",
    .until = "Until",
    .not_ended = "no erasure in this file",
    .not_known = "not shown by this file",
    .events = "What happened",
    .step = "What",
    .when = "When",
    .by = "By",
    .clause = "Under",
    .before = "Digest before",
    .after = "Digest after",
    .proven = "Proven",
    .yes = "yes",
    .no = "no",
    .none = "none",
    .witnessed = "attested",
    .event = "Event",
    .cited = "Its assessment cites",
    .places = "places",
    .act = "Act",
    .access = "Accesses",
    .access_none = "This file shows no access.",
    .footer = "Record",
    .bytes = "bytes",
    .tier = "tier",
    .notices = "to weigh",
};

constexpr Words french{
    .title = "Rapport de garde",
    .what_it_is =
        "Qui a détenu quel élément, quand, en vertu de quelle clause, et chaque accès, d’après un "
        "seul fichier de preuve. Cette page est une vue : ce qui est signé est le fichier de "
        "preuve, et l’enregistrement joint contient ce qui figure ici. Elle ne dit rien du fond.",
    .answer = "Le fichier de preuve est",
    .matter = "Affaire",
    .state = "État de l’affaire",
    .realm = "Domaine",
    .agreement = "Accord",
    .law = "Empreinte des textes de droit",
    .exported = "Exporté par",
    .proof_digest = "SHA-256 du fichier de preuve",
    .record_digest = "SHA-256 de l’enregistrement joint",
    .field = "Quoi",
    .value = "Valeur",
    .gaps = "Ce que ce fichier ne montre pas",
    .gaps_none = "Rien ne paraît manquer.",
    .gaps_some = "Rien n’est deviné ici : ce qui suit n’est pas connu par ce fichier.",
    .items = "Éléments",
    .items_none = "Ce fichier ne montre aucun élément remis.",
    .item = "Élément",
    .handed_over_by = "Remis par",
    .readers = "Scellé pour",
    .kind_and_size = "Nature et taille",
    .digest = "Empreinte de l’élément scellé",
    .commitment = "Engagement sur le contenu",
    .ends = "Prend fin le",
    .limits = "Limites d’usage",
    .source = "Reçu par",
    .holders = "Qui l’a détenu",
    .holder = "Détenteur",
    .from = "De",
    .until = "À",
    .not_ended = "aucun effacement dans ce fichier",
    .not_known = "non montré par ce fichier",
    .events = "Ce qui s’est passé",
    .step = "Quoi",
    .when = "Quand",
    .by = "Par",
    .clause = "En vertu de",
    .before = "Empreinte avant",
    .after = "Empreinte après",
    .proven = "Prouvé",
    .yes = "oui",
    .no = "non",
    .none = "aucune",
    .witnessed = "attesté",
    .event = "Fait",
    .cited = "Son appréciation cite",
    .places = "lieux",
    .act = "Acte",
    .access = "Accès",
    .access_none = "Ce fichier ne montre aucun accès.",
    .footer = "Enregistrement",
    .bytes = "octets",
    .tier = "niveau",
    .notices = "à peser",
};

}  // namespace

const Words& words_of(Language language) {
    switch (language) {
        case Language::english: return english;
        case Language::french: return french;
    }
    std::unreachable();
}

std::string_view word_for(CustodyStep step, Language language) {
    const bool en = language == Language::english;
    switch (step) {
        case CustodyStep::handed_over: return en ? "handed over" : "remis";
        case CustodyStep::handed_on: return en ? "handed on" : "transmis à un tiers";
        case CustodyStep::granted:
            return en ? "handing on allowed" : "transmission à un tiers permise";
        case CustodyStep::opened: return en ? "opened" : "ouvert";
        case CustodyStep::restricted: return en ? "restricted" : "restreint";
        case CustodyStep::lifted: return en ? "restriction ended" : "restriction levée";
        case CustodyStep::recalled: return en ? "recalled" : "rappelé";
        case CustodyStep::set_aside: return en ? "set aside" : "mis à l’écart";
        case CustodyStep::erased: return en ? "erased" : "effacé";
    }
    std::unreachable();
}

std::string_view word_for(GapKind kind, Language language) {
    const bool en = language == Language::english;
    switch (kind) {
        case GapKind::kind_not_opened:
            return en ? "what this act is was redacted or erased; its author"
                      : "la nature de cet acte est caviardée ou effacée ; son auteur";
        case GapKind::field_not_opened:
            return en ? "this field is not opened, so it is not known which item is meant or how"
                      : "ce champ n’est pas ouvert, on ne sait donc pas quel élément ni comment";
        case GapKind::descriptor_not_opened:
            return en ? "the item’s digests, size, readers and end are not opened"
                      : "empreintes, taille, destinataires et fin de l’élément ne sont pas ouverts";
        case GapKind::act_unknown:
            return en ? "it names an act of which this file shows no handing over"
                      : "il désigne un acte dont ce fichier ne montre aucune remise";
        case GapKind::no_receipt:
            return en ? "the file holds no receipt of this reader; since when it held the item is "
                        "not known"
                      : "le fichier ne contient aucun accusé de ce destinataire ; depuis quand il "
                        "détenait l’élément n’est pas connu";
        case GapKind::act_not_proven:
            return en ? "not every check of this act holds"
                      : "les vérifications de cet acte ne tiennent pas toutes";
        case GapKind::check_lacks:
            return en ? "this check does not hold" : "cette vérification ne tient pas";
    }
    std::unreachable();
}

std::string_view word_for(prooffile::Answer answer, Language language) {
    if (language == Language::english) {
        return prooffile::name_of(answer);
    }
    switch (answer) {
        case prooffile::Answer::authentic: return "AUTHENTIQUE";
        case prooffile::Answer::invalid: return "INVALIDE";
        case prooffile::Answer::not_proven: return "NON PROUVÉ";
    }
    std::unreachable();
}

}  // namespace comity::reporting
