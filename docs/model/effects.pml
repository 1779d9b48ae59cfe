/* Effects, holds and revocations: the protocol of DESIGN 4 and 5.4 to 5.11, for one item.
 *
 * README.md says in plain words what is here and what is not; `check` runs it. With -D and the name
 * of a mutant (runs.txt) one rule is broken on purpose, so that the claims are seen to be able to
 * fail.
 *
 * A process is a loop of guarded atomic steps, so every order of steps is looked at. Whatever could
 * go on for ever (raising, losing, crashing, time) is bounded, so every run ends, and `eventually`
 * means: whatever happens, before the run ends. A repetition that would change nothing is left out.
 */

/* ---- bounds ---------------------------------------------------------------------------------- */
#define WITNESSES 3             /* n */
#define QUORUM    2             /* k of n */
#define LAST      2             /* days go from 0 to this one, which is the item's end */
#ifndef RAISES
#define RAISES    2             /* times that the authority may raise something */
#endif
#ifndef RELEASES
#define RELEASES  2             /* times that the key may go out, each after the last was recalled */
#endif
#ifndef CRASHES
#define CRASHES   1             /* of the holder */
#endif
#ifndef LOSSES
#define LOSSES    1             /* messages lost; delay and order are free anyway */
#endif
#ifndef DOUBLES
#define DOUBLES   1             /* messages that arrive twice */
#endif
#ifndef THEFTS
#define THEFTS    1             /* of the key of the official who approves */
#endif
#ifndef RESTORES
#define RESTORES  0             /* times that the holder's disk is set back to its first state */
#endif

/* ---- the world ------------------------------------------------------------------------------- */
byte today;                     /* witnessed time */
#define over (today == LAST)

/* The wire is a bag: what is in it may arrive in any order, however late. */
#define ACT(n)    (n)           /* the authority's n-th act: odd raises, even withdraws the last */
#define APPROVAL  5
#define FORGERY   6             /* an approval signed by the thief of the official's key */
#define REVOKED   7
#define KEY(e)    (7 + (e))     /* the item's key, sealed to the requester: release e */
#define RECALL(e) (9 + (e))
#define OBEYED(e) (11 + (e))    /* the requester's receipt for the recall */
#define IMPOSTOR  14            /* a withdrawal signed by somebody else than the raiser */
bit wire[15];
byte lost, doubled;

inline arrived(message) {
    if
    :: wire[message] = 0
    :: doubled < DOUBLES -> doubled++
    fi
}

/* ---- another state's authority --------------------------------------------------------------- */
byte a_acts;                    /* its chain: odd, something raised stands */
bit a_dispute[RAISES + 1];      /* whether the n-th thing raised holds erasure too */
#if RESTORES > 0
byte a_receipted;               /* its acts for which it has the holder's receipt */
#else
#define a_receipted 0           /* (what a receipt ends is repetition, which changes nothing) */
#endif
#define odd(acts) ((acts) % 2 == 1)
#define nth(acts) (((acts) + 1) / 2)

/* ---- the court, its key official, the thief of that key --------------------------------------- */
bit approved, stolen, revoked;
#if THEFTS > 0
byte approval_seen;             /* the day on which the official's approval was witnessed */
byte forgery_seen;              /* and the thief's */
byte since;                     /* `compromised since`, in the revocation: the day of the theft */
#endif

/* ---- the holder of the item key: what its disk says ------------------------------------------ */
mtype = { nothing, release, destroy, in, out, recalling };
byte h_acts;                    /* the authority's acts recorded here, in the order of its chain */
bit h_restricted, h_dispute;    /* what the holder makes of them */
bit h_approval;
#if THEFTS > 0
bit h_forgery, h_revoked;
#endif
mtype h_effect = nothing;       /* the effect act that is written and not yet carried out */
bit h_stale;                    /* something was recorded since: it does not name all heads */
mtype h_custody = in;           /* of the released key; out: it may have left */
byte h_releases;
bit h_destroyed;                /* the item key, here */
bit h_leaf;                     /* the ledger holds at least one leaf */
bit h_owes_leaf;                /* something binds already and waits for its leaf */
/* and its memory */
mtype m_decided = nothing;
bit m_asked = 1;                /* the witnesses were asked since the start (DESIGN 5.10) */
bit m_refuses;                  /* the disk was found to be older than what witnesses cosigned */

/* ---- the witnesses: alike, so they are counted by what they did ------------------------------- */
#if RESTORES > 0
byte w_behind = WITNESSES;      /* cosigned nothing of this holder yet */
byte w_earlier;                 /* an earlier head, or the latest and the answer was lost */
byte w_knows;                   /* a head that the disk, set back, does not hold */
#else
#define w_behind 0
#define w_knows  0
byte w_earlier = WITNESSES;
#endif
byte w_held;                    /* the latest head, and the holder has the cosignature in memory */
bit silent;                     /* none of them answers any more, for good */

/* ---- the requester ---------------------------------------------------------------------------- */
bit r_copy[RELEASES + 1], r_recalled[RELEASES + 1];

/* ---- what only the onlooker knows ------------------------------------------------------------- */
bit handed;                     /* a key left, and its recall was not obeyed yet */
bit b_admissible, b_quorum, b_restricted, b_disputed, b_below;   /* breaches, for the claims */
byte restored;
bit had_quorum, lost_cosigned;

/* ---- the holder's judgement ------------------------------------------------------------------- */
/* The time of an approval is an interval: it ends when it was witnessed, and begins at most the
 * agreement's skew (one day) before. It stands if all of it lies before the compromise. */
#ifdef BACKDATED_ACCEPTED
#define before_theft(seen) ((seen) == 0 || (seen) - 1 < since)
#else
#ifdef REVOCATION_BY_OWN_CLOCK
#define before_theft(seen) (today == 0 || today - 1 < since)     /* a clock that is a day late */
#else
#define before_theft(seen) ((seen) < since)
#endif
#endif
#define stands(recorded, seen) (recorded && (!h_revoked || before_theft(seen)))

#ifdef RELEASE_WITHOUT_APPROVAL
#define h_approved true
#else
#if THEFTS > 0
#define h_approved (stands(h_approval, approval_seen) || stands(h_forgery, forgery_seen))
#else
#define h_approved h_approval
#endif
#endif
#ifdef RELEASE_WITHOUT_HOLD_CHECK
#define h_free true
#else
#define h_free (!h_restricted)
#endif
#ifdef ERASES_DISPUTED
#define h_held false
#else
#define h_held (h_restricted && h_dispute)
#endif
#define admissible(effect) \
    ((effect == release && h_approved && h_free && !over && h_custody == in) || \
     (effect == destroy && over && !h_held))
#ifdef EFFECT_IGNORES_HEADS
#define fresh true
#else
#define fresh (!h_stale && admissible(h_effect))
#endif
#ifdef DROP_QUORUM
#define quorum true
#else
#ifdef STALE_QUORUM
byte m_stale;                   /* cosignatures of the head before count as well */
#define quorum (w_held + m_stale >= QUORUM)
#else
#define quorum t_quorum
#endif
#endif
#ifdef RESTRICT_WAITS
#define may_restrict (may_sign && !silent)
#else
#define may_restrict true
#endif
#ifdef RECALL_WAITS
#define may_recall (may_sign && t_quorum)
#else
#define may_recall true
#endif
#ifdef ASKS_TOO_FEW
#define enough (WITNESSES - QUORUM)
#else
#define enough (WITNESSES - QUORUM + 1)  /* so that one of any quorum is among them */
#endif
#ifdef SIGNS_BELOW
#define may_sign true
#else
#define may_sign (m_asked && !m_refuses)
#endif

/* The same as it is in truth, whatever the holder makes of it. */
#if THEFTS > 0
#define t_approved ((h_approval && (!h_revoked || approval_seen < since)) || \
                    (h_forgery && !h_revoked))
#else
#define t_approved h_approval
#endif
#define t_quorum (w_held >= QUORUM)
#define t_restricted (odd(h_acts) || (a_receipted > h_acts && odd(a_acts)))
#define t_disputed (odd(h_acts) && a_dispute[nth(h_acts)])

/* A new leaf: whatever was cosigned is an earlier head now. */
inline leaf() {
#ifdef STALE_QUORUM
    m_stale = w_held;
#endif
    w_earlier = w_earlier + w_held;
    w_held = 0;
    h_leaf = 1;
    b_below = b_below || lost_cosigned
}

/* Something was recorded: a decision from before does not rest on it. If the key may be out
 * already, that stands, and the duty to recall arises. */
inline recorded() {
    h_stale = (h_effect != nothing || m_decided != nothing);
#ifndef RECALL_FORGOTTEN
    if
    :: h_custody == out && (h_restricted || !h_approved) -> h_custody = recalling
    :: else
    fi;
#endif
    if
    :: may_sign -> leaf()
    :: else -> h_owes_leaf = 1
    fi
}

inline hand_out() {
    b_admissible = b_admissible || !t_approved || h_destroyed;
    b_restricted = b_restricted || t_restricted;
    b_disputed = b_disputed || t_disputed;
    handed = 1;
    wire[KEY(h_releases)] = 1
}

active proctype Holder() {
end:
    do
    /* What restricts binds in the step in which it arrives, whatever else is going on. */
    :: atomic { h_acts < 2 * RAISES && wire[ACT(h_acts + 1)] && !m_refuses && may_restrict ->
                arrived(ACT(h_acts + 1));
                h_acts++;
                h_restricted = odd(h_acts);
                h_dispute = t_disputed;
                recorded() }
#ifdef GROUND_LAPSES
    :: atomic { h_restricted && today > 0 -> h_restricted = 0 }
#endif
#ifdef WITHDRAWAL_BY_ANYONE
    :: atomic { h_restricted && wire[IMPOSTOR] -> wire[IMPOSTOR] = 0; h_restricted = 0 }
#endif
#ifdef REPLAY_ACCEPTED
    :: atomic { h_acts == 3 && wire[ACT(2)] -> wire[ACT(2)] = 0; h_restricted = 0 }
#endif
#if THEFTS > 0
    :: atomic { wire[REVOKED] && !h_revoked && !m_refuses ->
                arrived(REVOKED); h_revoked = 1; recorded() }
    :: atomic { wire[FORGERY] && !h_forgery && may_sign ->
                arrived(FORGERY); h_forgery = 1; recorded() }
#endif

    /* What permits is recorded as soon as the ledger may be signed. */
    :: atomic { wire[APPROVAL] && !h_approval && may_sign ->
                arrived(APPROVAL); h_approval = 1; recorded() }

    /* An effect is decided in memory; one transaction writes act and leaf if nothing came since. */
    :: atomic { h_effect == nothing && m_decided == nothing && admissible(release) &&
                h_releases < RELEASES && !h_destroyed && may_sign ->
                m_decided = release; h_stale = 0 }
#ifndef ERASURE_FORGOTTEN
    :: atomic { h_effect == nothing && m_decided == nothing && admissible(destroy) &&
                !h_destroyed && may_sign ->
                m_decided = destroy; h_stale = 0 }
#endif
    :: atomic { m_decided != nothing && !h_stale && may_sign ->
                h_effect = m_decided; m_decided = nothing; leaf() }
    :: atomic { m_decided != nothing && h_stale -> m_decided = nothing; h_stale = 0 }

    /* It is carried out under the quorum, and decided again at that moment. */
#ifdef MARK_AFTER_HANDOUT
    :: atomic { h_effect == release && quorum && fresh && may_sign && !handed ->
                h_releases++; hand_out() }
    :: atomic { h_effect == release && fresh && handed -> h_effect = nothing; h_custody = out }
#else
    /* First the disk says that the key may be out: from here on the effect was first. */
    :: atomic { h_effect == release && quorum && fresh && may_sign ->
                b_quorum = b_quorum || !t_quorum;
                b_admissible = b_admissible || !t_approved || over;
                b_restricted = b_restricted || t_restricted;
                h_effect = nothing; h_stale = 0; h_custody = out; h_releases++ }
#endif
    :: atomic { h_effect == destroy && quorum && fresh && may_sign && !h_destroyed ->
                b_quorum = b_quorum || !t_quorum;
                b_disputed = b_disputed || t_disputed;
                h_destroyed = 1 }
    :: atomic { h_effect == destroy && h_destroyed -> h_effect = nothing; h_stale = 0 }
    /* Or the effect act is given up, because it would not be decided so again. */
    :: atomic { h_effect != nothing && !fresh && !h_destroyed && may_sign ->
                h_effect = nothing; h_stale = 0; leaf() }

    /* The key goes out, repeatedly until it is there; never against what restricts. */
    :: atomic { h_custody == out && h_free && !h_destroyed && may_sign &&
                !wire[KEY(h_releases)] && !r_copy[h_releases] && !r_recalled[h_releases] ->
                hand_out() }
    /* What is owed is recalled, repeatedly until it is obeyed. No witness is waited for. */
    :: atomic { h_custody == recalling && may_recall &&
                !wire[RECALL(h_releases)] && !r_recalled[h_releases] ->
                wire[RECALL(h_releases)] = 1 }
    :: atomic { h_custody == recalling && wire[OBEYED(h_releases)] ->
                arrived(OBEYED(h_releases)); h_custody = in; handed = 0 }

#if RESTORES > 0
    /* A receipt leaves under the quorum; what it receipts binds without. */
#ifdef RECEIPT_BEFORE_QUORUM
    :: atomic { a_receipted < h_acts -> a_receipted = h_acts }
#else
    :: atomic { a_receipted < h_acts && !h_owes_leaf && w_held >= QUORUM ->
                a_receipted = h_acts }
#endif
#endif

    /* After a start enough witnesses are asked whether they cosigned more than the disk holds. */
    :: atomic { !m_asked && !silent && w_knows > 0 -> m_asked = 1; m_refuses = 1 }
    :: atomic { !m_asked && !silent &&
                w_behind + w_earlier + w_held >= enough ->
                m_asked = 1 }
    :: atomic { h_owes_leaf && may_sign -> h_owes_leaf = 0; leaf() }
    od
}

/* Crashes between any two steps; the disk stays, or is set back to its first state. */
inline forget() {
    m_decided = nothing;
    m_asked = 0;
    w_earlier = w_earlier + w_held;
    w_held = 0
}

active proctype Faults() {
    byte crashes;
end:
    do
    :: atomic { crashes < CRASHES ->
                crashes++;
                forget();
#ifdef RECALL_IN_MEMORY
                h_custody = (h_custody == recalling -> out : h_custody);
#endif
#ifdef CUSTODY_IN_MEMORY
                h_custody = in
#endif
                }
#if RESTORES > 0
    :: atomic { restored < RESTORES && h_leaf ->
                restored++;
                forget();
                w_knows = w_earlier;
                w_earlier = 0;
                lost_cosigned = had_quorum;
                h_acts = 0; h_restricted = 0; h_dispute = 0;
                h_approval = 0;
#if THEFTS > 0
                h_forgery = 0; h_revoked = 0;
#endif
                h_effect = nothing; h_stale = 0; h_custody = in; h_releases = 0;
                h_destroyed = 0; h_leaf = 0; h_owes_leaf = 0 }
#endif
    od
}

/* Raises, and withdraws when it likes. It waits for nobody. */
active proctype Authority() {
end:
    do
    :: atomic { !odd(a_acts) && a_acts < 2 * RAISES ->
                a_acts++;
                if
                :: a_dispute[nth(a_acts)] = 0
                :: a_dispute[nth(a_acts)] = 1
                fi;
                wire[ACT(a_acts)] = 1 }
    :: atomic { odd(a_acts) -> a_acts++; wire[ACT(a_acts)] = 1 }
    od
}

/* Approves when it likes; when its official's key is stolen, it says since when. */
active proctype Court() {
end:
    do
    :: atomic { !approved -> approved = 1; wire[APPROVAL] = 1;
#if THEFTS > 0
                approval_seen = today
#endif
                }
#if THEFTS > 0
    :: atomic { stolen && !revoked -> revoked = 1; wire[REVOKED] = 1 }
#endif
    od
}

#if THEFTS > 0
active proctype Thief() {
    if
    :: atomic { !over -> stolen = 1; since = today }
    :: goto end
    fi;
    if
    :: atomic { forgery_seen = today; wire[FORGERY] = 1 }
    :: skip
    fi;
end:
    skip
}
#endif

/* Everybody's outbox: what has no receipt is sent again. */
active proctype Outbox() {
end:
    do
    :: atomic { h_acts < a_acts && a_receipted <= h_acts && !wire[ACT(h_acts + 1)] ->
                wire[ACT(h_acts + 1)] = 1 }
    :: atomic { approved && !h_approval && !wire[APPROVAL] -> wire[APPROVAL] = 1 }
#if THEFTS > 0
    :: atomic { revoked && !h_revoked && !wire[REVOKED] -> wire[REVOKED] = 1 }
#endif
    :: atomic { h_custody == recalling && r_recalled[h_releases] && !wire[OBEYED(h_releases)] ->
                wire[OBEYED(h_releases)] = 1 }
#ifdef WITHDRAWAL_BY_ANYONE
    :: atomic { h_restricted && !wire[IMPOSTOR] && !over -> wire[IMPOSTOR] = 1 }
#endif
    od
}

#ifdef RECALL_OVERTAKEN
#define opens(e) true
#else
#define opens(e) (!r_recalled[e])
#endif
#define RECEIVE(e) \
    :: atomic { wire[KEY(e)] -> arrived(KEY(e)); r_copy[e] = r_copy[e] || opens(e) } \
    :: atomic { wire[RECALL(e)] -> \
                arrived(RECALL(e)); r_copy[e] = 0; r_recalled[e] = 1; wire[OBEYED(e)] = 1 }

active proctype Requester() {
end:
    do
    RECEIVE(1)
    RECEIVE(2)
    od
}

/* Cosign what extends what they know, as long as something waits for it. Any one of them may be so
 * slow that it never answers; before the last day all of them may fall silent for good. */
active proctype Witnesses() {
end:
    do
#if RESTORES > 0
    :: atomic { !silent && w_behind > 0 && h_leaf -> w_behind--; w_held++;
                had_quorum = had_quorum || (t_quorum && restored == 0) }
    :: atomic { !silent && w_behind > 0 && h_leaf -> w_behind--; w_earlier++ }
    :: atomic { !silent && w_earlier > 0 -> w_earlier--; w_held++;
                had_quorum = had_quorum || (t_quorum && restored == 0) }
#else
    :: atomic { !silent && w_held < QUORUM && h_effect != nothing -> w_earlier--; w_held++ }
#endif
    :: atomic { !silent && !over -> silent = 1 }
    od
}

active proctype Time() {
end:
    do
    :: today < LAST -> today++
    od
}

#define LOSE(message) :: atomic { lost < LOSSES && wire[message] -> wire[message] = 0; lost++ }

active proctype Network() {
end:
    do
    LOSE(ACT(1))
    LOSE(ACT(2))
    LOSE(ACT(3))
    LOSE(ACT(4))
    LOSE(APPROVAL)
    LOSE(FORGERY)
    LOSE(REVOKED)
    LOSE(KEY(1))
    LOSE(KEY(2))
    LOSE(RECALL(1))
    LOSE(RECALL(2))
    LOSE(OBEYED(1))
    LOSE(OBEYED(2))
    od
}

/* ---- the claims ------------------------------------------------------------------------------- */
#define double_copy (r_copy[1] && r_copy[2])
#define back_again ((r_recalled[1] && r_copy[1]) || (r_recalled[2] && r_copy[2]))
/* (A disk that was set back does not know the duty; recovery brings it back, and is not modelled.) */
#define unrecalled (handed && restored == 0 && h_custody != recalling && \
                    (odd(h_acts) || !t_approved))
#define lapsed (odd(h_acts) && !h_restricted)

/* Invariant 1. */
ltl release_is_admissible { [] !b_admissible }
/* Invariant 2: what releases or destroys waits for its quorum, what restricts for nobody. */
ltl effects_wait_for_their_quorum { [] !b_quorum }
ltl restrictions_never_wait { [] (a_acts > 0 -> <> (h_acts > 0)) }
/* Invariant 3. */
ltl grounds_never_lapse { [] !lapsed }
ltl no_release_while_restricted { [] !b_restricted }
/* Invariant 5, and what alone may postpone the end. */
ltl every_item_ends { [] (over -> <> (h_destroyed || h_held || silent)) }
/* Invariant 6. */
ltl disputed_items_stay { [] !b_disputed }
/* DESIGN 5.4: if the effect came first it stands, and a duty to recall arises. */
ltl recall_arises { [] !unrecalled }
ltl recall_is_obeyed { [] (h_custody == recalling -> <> (h_custody != recalling)) }
ltl recalled_stays_recalled { [] !back_again }
ltl no_double_effect { [] !double_copy }
/* DESIGN 5.10. */
ltl never_signs_below { [] !b_below }

/* All that say `never`, in one search. */
ltl nothing_forbidden { [] !(b_admissible || b_quorum || lapsed || b_restricted || b_disputed || unrecalled ||
                             back_again || double_copy || b_below) }
