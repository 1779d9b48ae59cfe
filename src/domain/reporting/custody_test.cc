#include "domain/reporting/custody.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <iterator>
#include <rapidcheck.h>
#include <set>

#include "domain/reporting/reporting.h"
#include "ground/codec/codec.h"

namespace comity::reporting {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const law::Library& library() {
    static const law::Library all = [] {
        std::vector<law::Source> sources;
        for (const auto& entry : fs::recursive_directory_iterator(COMITY_LAW)) {
            if (entry.path().extension() == ".treaty") {
                std::ifstream file(entry.path(), std::ios::binary);
                sources.push_back({fs::relative(entry.path(), COMITY_LAW).string(),
                                   {std::istreambuf_iterator<char>(file), {}}});
            }
        }
        return law::Library::load(sources).value();
    }();
    return all;
}

base::PartyId party(std::string_view name) {
    return base::PartyId::parse(name).value();
}

const base::PartyId asking = party("xa-prosecution");
const base::PartyId provider = party("xb-provider");
const base::PartyId court = party("xa-court");

items::ItemDescriptor descriptor(std::uint8_t number, const base::PartyId& reader) {
    items::ItemDescriptor made;
    made.id.bytes.fill(number);
    made.commitment.bytes.fill(static_cast<std::uint8_t>(number + 100));
    made.media_type = "application/json";
    made.size = 1000 + number;
    made.tier = 2;
    made.end = base::Date::parse("2027-09-01").value();
    made.use_limits = {"for this case only"};
    made.reader = reader;
    return made;
}

/// Acts of one invented matter, unsigned: the fold takes the verifier's word for signatures, and
/// here the verifier's report is written by hand.
class Matter {
 public:
    Matter() {
        contents.matter = base::MatterId::parse("00112233445566778899aabbccddeeff").value();
        contents.exported.party = asking;
        contents.exported.at = now;
        report.answer = prooffile::Answer::authentic;
        report.realm = "exercise";
        report.agreement = "XA-XB/EE";
        report.law = library().digest().hex();
        report.state = "closed";
    }

    /// Fields in the procedure's order; those in `redacted` are not opened.
    base::ActId act(const base::PartyId& author, std::string_view kind, const codec::Object& fields,
                    const std::set<std::string>& redacted = {}) {
        const law::Procedure& procedure = *library().procedure_named("disclosure");
        const law::ActKind& text = *procedure.act(kind);
        casework::Act made;
        made.header.procedure = procedure.digest;
        made.header.matter = contents.matter;
        made.header.author = author;
        made.header.at = now;
        made.header.sequence = next_++;
        open(made, 0, "kind", codec::Value(kind), redacted);
        std::int64_t place = 1;
        for (const law::ActField& field : text.fields) {
            const auto found = fields.find(field.name);
            open(made, place++, field.name,
                 found == fields.end() ? codec::Value(nullptr) : found->value(), redacted);
        }
        prooffile::ReportedAct reported;
        reported.id = made.id();
        reported.party = author;
        reported.person = "p-17";
        reported.role = "prosecutor";
        reported.clauses = {"XA-XB/EE 3(1) permit"};
        reported.at = now;
        reported.witnessed = now + std::chrono::seconds(5);
        reported.proven = true;
        report.acts.push_back(reported);
        casework::ProvenEntry entry;
        entry.act = made;
        contents.entries.push_back(entry);
        now = now + std::chrono::hours(1);
        return made.id();
    }
    base::ActId produce(std::uint8_t number, const std::set<std::string>& redacted = {}) {
        return act(provider, "produce",
                   {{"item", codec::to_value(descriptor(number, asking))}, {"records", number}},
                   redacted);
    }
    void receipt(const base::PartyId& author, const base::ActId& of) {
        casework::Receipt made;
        made.header.matter = contents.matter;
        made.header.author = author;
        made.header.at = now;
        made.header.sequence = next_++;
        made.header.act = of;
        casework::ProvenEntry entry;
        entry.receipt = made;
        contents.entries.push_back(entry);
        now = now + std::chrono::hours(1);
    }
    void erase(const base::PartyId& author, const base::ActId& item) {
        act(author, author == provider ? "erase-sealed" : "erase-copy",
            {{"produced", item.hex()}, {"places", codec::Array{"disk 1", "back-up"}}});
    }
    [[nodiscard]] CustodyReport fold() const { return fold_custody(contents, &library(), report); }

    prooffile::ProofContents contents;
    prooffile::Report report;
    base::Instant now = base::Instant::parse("2027-03-05T09:00:00.000Z").value();

 private:
    static void open(casework::Act& act, std::int64_t place, std::string_view path,
                     const codec::Value& value, const std::set<std::string>& redacted) {
        act.commitments.emplace_back();
        if (!redacted.contains(std::string(path))) {
            act.openings.push_back({place, std::string(path), {}, codec::canonical(value)});
        }
    }
    std::int64_t next_ = 0;
};

std::vector<std::string> steps_of(const CustodyReport& report) {
    std::vector<std::string> steps;
    for (const CustodyEvent& event : report.events) {
        steps.emplace_back(name_of(event.step));
    }
    return steps;
}

std::vector<GapKind> gaps_of(const CustodyReport& report) {
    std::vector<GapKind> gaps;
    for (const CustodyGap& gap : report.gaps) {
        gaps.push_back(gap.kind);
    }
    return gaps;
}

/// Handed over, received, opened, erased at both holders.
Matter whole_story() {
    Matter matter;
    const base::ActId item = matter.produce(1);
    matter.receipt(asking, item);
    matter.act(asking, "open-item", {{"item", item.hex()}});
    matter.erase(asking, item);
    matter.erase(provider, item);
    return matter;
}

TEST(Custody, follows_an_item_from_handing_over_to_erasure_at_every_holder) {
    const CustodyReport report = whole_story().fold();
    EXPECT_THAT(report.gaps, IsEmpty());
    EXPECT_THAT(steps_of(report), ElementsAre("handed-over", "opened", "erased", "erased"));
    ASSERT_EQ(report.holdings.size(), 2U);
    EXPECT_EQ(report.holdings[0].party, provider);
    EXPECT_EQ(report.holdings[0].from->text(), "2027-03-05T09:00:00.000Z");
    EXPECT_EQ(report.holdings[0].until->text(), "2027-03-05T13:00:00.000Z");
    EXPECT_EQ(report.holdings[1].party, asking);
    EXPECT_EQ(report.holdings[1].from->text(), "2027-03-05T10:00:00.000Z");
    EXPECT_EQ(report.holdings[1].until->text(), "2027-03-05T12:00:00.000Z");
    EXPECT_EQ(report.holdings[1].erasure, report.events[2].act);
    EXPECT_THAT(report.events[2].places, ElementsAre("disk 1", "back-up"));
    EXPECT_EQ(report.events[1].clause, "disclosure/open-item");
    EXPECT_EQ(report.events[1].person, "p-17");
    EXPECT_THAT(report.events[1].cited, ElementsAre("XA-XB/EE 3(1) permit"));
}

TEST(Custody, gives_the_digest_before_and_after_each_event) {
    const CustodyReport report = whole_story().fold();
    const base::Digest id = descriptor(1, asking).id;
    ASSERT_EQ(report.events.size(), 4U);
    EXPECT_EQ(report.events[0].touched.at(0).before, std::nullopt);
    EXPECT_EQ(report.events[0].touched.at(0).after, id);
    EXPECT_EQ(report.events[1].touched.at(0).before, id);
    EXPECT_EQ(report.events[1].touched.at(0).after, id);
    EXPECT_EQ(report.events[2].touched.at(0).before, id);
    EXPECT_EQ(report.events[2].touched.at(0).after, std::nullopt);
}

TEST(Custody, says_what_a_redacted_act_hides_and_guesses_nothing) {
    Matter matter;
    const base::ActId item = matter.produce(1, {"item"});
    matter.receipt(asking, item);
    matter.act(asking, "open-item", {{"item", item.hex()}}, {"item"});
    matter.act(asking, "open-item", {{"item", item.hex()}}, {"kind"});
    matter.act(asking, "erase-copy", {{"produced", item.hex()}}, {"produced", "places"});
    const CustodyReport report = matter.fold();
    EXPECT_THAT(gaps_of(report), ElementsAre(GapKind::descriptor_not_opened,
                                             GapKind::field_not_opened, GapKind::kind_not_opened,
                                             GapKind::field_not_opened, GapKind::field_not_opened));
    EXPECT_THAT(steps_of(report), ElementsAre("handed-over", "opened", "erased"));
    EXPECT_FALSE(report.items.at(0).descriptor);
    EXPECT_THAT(report.events[1].touched, IsEmpty());
    EXPECT_THAT(report.events[2].touched, IsEmpty());
    ASSERT_EQ(report.holdings.size(), 1U);  // whom it was sealed to is not known
    EXPECT_FALSE(report.holdings[0].until);
    const std::string text = plain_text(document_of(report, {}, Language::english));
    EXPECT_THAT(text, HasSubstr("not shown by this file"));
    EXPECT_THAT(text, HasSubstr("what this act is was redacted or erased"));
}

TEST(Custody, tells_an_item_left_out_from_one_not_shown) {
    Matter matter;
    const base::ActId one = matter.produce(1);
    const base::ActId two = matter.produce(2);
    matter.receipt(asking, one);
    matter.receipt(asking, two);
    matter.act(asking, "erase-copy", {{"places", codec::Array{"disk 1"}}});  // everything it holds
    const CustodyReport report = matter.fold();
    EXPECT_THAT(report.gaps, IsEmpty());
    ASSERT_EQ(report.events.back().touched.size(), 2U);
    for (const Holding& holding : report.holdings) {
        EXPECT_EQ(holding.until.has_value(), holding.party == asking);
    }
}

TEST(Custody, does_not_know_since_when_a_reader_without_a_receipt_held_it) {
    Matter matter;
    matter.produce(1);
    const CustodyReport report = matter.fold();
    EXPECT_THAT(gaps_of(report), ElementsAre(GapKind::no_receipt));
    EXPECT_FALSE(report.holdings.at(1).from);
}

TEST(Custody, names_an_act_that_the_file_does_not_hold) {
    Matter matter;
    matter.act(asking, "open-item", {{"item", std::string(64, 'a')}});
    const CustodyReport report = matter.fold();
    EXPECT_THAT(gaps_of(report), ElementsAre(GapKind::act_unknown));
    EXPECT_EQ(report.gaps[0].what, std::string(64, 'a'));
}

TEST(Custody, keeps_restrictions_with_the_items_that_they_concern) {
    Matter matter;
    const base::ActId one = matter.produce(1);
    const base::ActId two = matter.produce(2);
    matter.receipt(asking, one);
    matter.receipt(asking, two);
    const base::ActId hold =
        matter.act(asking, "set-apart", {{"item", two.hex()}, {"description", "Invented."}});
    matter.act(court, "pass-filter", {{"apart", hold.hex()}, {"reasons", "Invented."}});
    matter.act(provider, "recall-production", {{"produced", one.hex()}, {"reasons", "Invented."}});
    matter.act(asking, "confirm-set-aside", {{"produced", one.hex()}});
    const CustodyReport report = matter.fold();
    EXPECT_THAT(steps_of(report), ElementsAre("handed-over", "handed-over", "restricted", "lifted",
                                              "recalled", "set-aside"));
    EXPECT_EQ(report.events[2].touched.at(0).item, 1U);
    EXPECT_EQ(report.events[3].touched.at(0).item, 1U);
    EXPECT_EQ(report.events[4].touched.at(0).item, 0U);
    EXPECT_EQ(report.events[5].touched.at(0).item, 0U);
    EXPECT_THAT(report.gaps, IsEmpty());
}

TEST(Custody, carries_over_what_the_verifier_could_not_prove) {
    Matter matter = whole_story();
    matter.report.answer = prooffile::Answer::not_proven;
    matter.report.acts[1].proven = false;
    matter.report.acts[1].notices = {"its key was suspended later"};
    matter.report.steps.push_back(
        {"place in the witnessed ledger", "act 2", prooffile::Finding::lacks, "too few", ""});
    const CustodyReport report = matter.fold();
    EXPECT_THAT(gaps_of(report), ElementsAre(GapKind::check_lacks, GapKind::act_not_proven));
    EXPECT_FALSE(report.events[1].proven);
    const std::string french = plain_text(document_of(report, {}, Language::french));
    EXPECT_THAT(french, HasSubstr("NON PROUVÉ"));
    EXPECT_THAT(french, HasSubstr("its key was suspended later"));
    EXPECT_THAT(french, HasSubstr("Ouvrir les données"));
}

TEST(Custody, without_readable_texts_knows_of_no_act_what_it_was) {
    const Matter matter = whole_story();
    const CustodyReport report = fold_custody(matter.contents, nullptr, matter.report);
    EXPECT_THAT(report.events, IsEmpty());
    EXPECT_THAT(gaps_of(report), ElementsAre(GapKind::kind_not_opened, GapKind::kind_not_opened,
                                             GapKind::kind_not_opened, GapKind::kind_not_opened));
}

TEST(Custody, writes_one_record_for_one_report) {
    const CustodyReport report = whole_story().fold();
    const std::string record = custody_record(report);
    EXPECT_EQ(record, custody_record(whole_story().fold()));
    const codec::Value value = codec::parse_canonical(record.substr(0, record.size() - 1)).value();
    const codec::Object& object = value.get_object();
    EXPECT_EQ(object.at("format").get_string(), "comity-custody");
    EXPECT_EQ(object.at("events").get_array().size(), 4U);
    EXPECT_EQ(items::read_descriptor(codec::canonical(
                  object.at("items").get_array().at(0).get_object().at("descriptor"))),
              descriptor(1, asking));
}

/// All ids that `value` refers to, and those that it defines.
void collect_ids(const codec::Value& value, std::set<std::string>& defined,
                 std::set<std::string>& referred) {
    if (value.is_array()) {
        for (const codec::Value& one : value.get_array()) {
            collect_ids(one, defined, referred);
        }
    } else if (value.is_object()) {
        const codec::Object& object = value.get_object();
        const auto id = object.find("@id");
        if (id != object.end()) {
            std::set<std::string>& ids = object.size() == 1 ? referred : defined;
            const bool fresh = ids.insert(std::string(id->value().get_string())).second;
            EXPECT_TRUE(fresh || object.size() == 1) << id->value().get_string();
        }
        for (const auto& member : object) {
            collect_ids(member.value(), defined, referred);
        }
    }
}

TEST(Custody, writes_a_graph_in_which_every_reference_leads_somewhere) {
    const std::string graph = custody_case(whole_story().fold());
    const codec::Value value = codec::parse_canonical(graph.substr(0, graph.size() - 1)).value();
    std::set<std::string> defined;
    std::set<std::string> referred;
    collect_ids(value, defined, referred);
    EXPECT_GE(referred.size(), 4U);
    EXPECT_TRUE(std::ranges::includes(defined, referred));
    for (const char* type :
         {"case-investigation:Investigation", "case-investigation:InvestigativeAction",
          "case-investigation:ProvenanceRecord", "uco-observable:ObservableObject",
          "uco-identity:Organization", "uco-types:Hash"}) {
        EXPECT_THAT(graph, HasSubstr("\"@type\":\"" + std::string(type) + "\""));
    }
}

TEST(Custody, says_the_same_in_both_languages) {
    const CustodyReport report = whole_story().fold();
    const Document english = document_of(report, {}, Language::english);
    const Document french = document_of(report, {}, Language::french);
    ASSERT_EQ(english.blocks.size(), french.blocks.size());
    for (std::size_t i = 0; i < english.blocks.size(); ++i) {
        ASSERT_EQ(english.blocks[i].index(), french.blocks[i].index());
        const auto* one = std::get_if<Table>(&english.blocks[i]);
        const auto* other = std::get_if<Table>(&french.blocks[i]);
        ASSERT_TRUE(one == nullptr || one->rows.size() == other->rows.size());
        for (std::size_t row = 0; one != nullptr && row < one->rows.size(); ++row) {
            ASSERT_EQ(one->rows[row].size(), one->head.size());
        }
    }
}

/// docs/formats/custody.md, Vectors: files that other programs can compare with.
TEST(Custody, writes_the_record_of_the_vectors) {
    const std::string data = COMITY_TEST_DATA;
    for (const auto& [proof, trust, record] :
         {std::array<std::string, 3>{"proof/v1.proof", "proof/v1.trust", "custody/v1.json"}}) {
        const auto read = [&](const std::string& name) {
            std::ifstream file(data + "/" + name, std::ios::binary);
            return std::string(std::istreambuf_iterator<char>(file), {});
        };
        const auto report = custody_of(read(proof), prooffile::read_trust(read(trust)).value());
        ASSERT_TRUE(report) << report.error().text();
        EXPECT_EQ(custody_record(*report), read(record));
    }
}

/// What a plain count says of who holds what, beside the fold.
TEST(Custody, agrees_with_a_plain_count_of_who_still_holds_what) {
    EXPECT_TRUE(rc::check("holders", [] {
        Matter matter;
        std::vector<base::ActId> items;
        std::set<std::pair<std::size_t, std::string>> held;
        const int acts = *rc::gen::inRange(1, 12);
        for (int i = 0; i < acts; ++i) {
            const int what = items.empty() ? 0 : *rc::gen::inRange(0, 4);
            if (what == 0) {
                items.push_back(matter.produce(static_cast<std::uint8_t>(items.size() + 1)));
                matter.receipt(asking, items.back());
                held.emplace(items.size() - 1, provider.text());
                held.emplace(items.size() - 1, asking.text());
                continue;
            }
            const std::size_t item = *rc::gen::inRange<std::size_t>(0, items.size());
            const base::PartyId& who = what == 1 ? provider : asking;
            if (what == 3) {
                matter.act(who, "erase-copy", {{"places", codec::Array{}}});
                std::erase_if(held, [&](const auto& one) { return one.second == who.text(); });
            } else {
                matter.erase(who, items[item]);
                held.erase({item, who.text()});
            }
        }
        std::set<std::pair<std::size_t, std::string>> found;
        const CustodyReport folded = matter.fold();
        for (const Holding& holding : folded.holdings) {
            if (!holding.until) {
                found.emplace(holding.item, holding.party.text());
            }
        }
        RC_ASSERT(found == held);
    }));
}

}  // namespace
}  // namespace comity::reporting
