/** Every promise accepts the history it must accept, and rejects those it must reject, for its reason. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { History } from '../../harness/core/history.ts';
import type { Invariant } from '../../harness/core/invariant.ts';
import { invariants as overOperations } from '../../harness/invariants/catalog.ts';
import { reference } from '../../reference-impl/system.ts';
import { historyFiles, promiseOf, recordedHistory } from './paired-histories.ts';

const invariants: readonly Invariant[] = [
  ...overOperations,
  ...reference.promises.flatMap((p) => (typeof p === 'string' ? [] : [p])),
];
const invariantOf = (id: string): Invariant =>
  invariants.find((i) => i.id === id) ?? assert.fail(`no promise ${id}`);

const names = [...historyFiles.keys()];

/** What the explanation must speak of. */
const reasons: Readonly<Record<string, RegExp>> = {
  'linearizable-bad': /read of 1 from x .* nothing set 1 again after process 1's read of 4/,
  'hand-over-heeded-bad':
    /server-0 told server-1 to lead in its place at 2 s.*server-2 was elected, at 2.3 s/s,
  'hand-over-heeded-nobody-bad': /For 1 s nobody was elected/,
  'steps-down-bad':
    /server-0 led in term 1, .*server-1 was elected in term 2 at 2.5 s; 2 s later server-0 still led/s,
  'steps-down-never-bad': /2 s later server-0 still led/,
  'lock-freed-bad':
    /rocess 1 asked for l at 5.2 s .* held.*granted last at 1.1 s, to process 0, for 2 s/s,
  'lock-freed-never-bad': /Nobody had ever got it/,
  'lock-freed-late-bad': /asked for l at 16.7 s/,
  'permits-bounded-bad': /3 permits of s were held at 5.5 s, and it has 2/,
  'permits-bounded-lease-bad':
    /acquire s .*10 was called at 1 s.*its lease of 10 s lasted until 11 s.*3 permits of s were held at 10.9 s/s,
  'barrier-together-bad': /all had come.*Only 2 of 3 had so much as asked by then: p0, p1/s,
  'barrier-together-left-bad': /all had gone.*p2 had not asked to go by then/s,
  'barrier-opens-bad': /called at 2.9 s, when all others had come/,
  'barrier-opens-closed-bad': /called at 4.5 s, when all others had come/,
  'barrier-opens-left-bad': /called at 6 s, when all others had gone/,
  'config-advances-bad': /i0 served revision 5.*at 3 s, it served revision 3, which is older/s,
  'config-advances-text-bad': /told that it is revision 3.*same text as revision 5/s,
  'config-advances-none-bad': /Nobody had published v9 by then/,
  'config-advances-two-bad': /i0 served a as revision 4.*i1 served b as revision 4/s,
  'config-current-bad': /revision 5 of app was there.*i1 was asked at 3 s, and served revision 3/s,
  'config-current-other-bad': /revision 3 of app was there.*i1 was asked .* served revision 0/s,
  'config-arrives-bad': /revision 5 of app was there.*at 46 s, and served revision 3/s,
  'job-once-bad': /was handed a as well, at 6 s: .* a second time/,
  'job-once-refused-bad': /Nobody had put it in/,
  'admission-by-mode-bad': /a-0 is in target .*\nIt had 17 of its 20 places filled, 16 may be/,
  'admission-by-mode-wolf-bad': /told 1 callers to slow down, with 4 of 16 places filled/,
  'admission-by-mode-degraded-bad': /degraded .*\nIt had 20 of its 20 places filled, 19 may be/,
  'admission-by-mode-ok-bad': /degraded .*\nIt told 1 callers ok/,
  'admission-by-mode-floor-bad': /floor .*\nIt had 2 of its 20 places filled, 1 may be/,
  'admission-by-mode-signal-bad': /floor .*\nIt told 1 callers slow-down/,
  'admission-by-mode-waits-bad': /recovery .*\nIt let 1 calls in to wait/,
  'admission-by-mode-ramp-bad': /recovery .*\nIt had 9 of its 20 places filled, 8 may be/,
  'no-retries-on-floor-bad': /Floor since 5 s.\nAt .* it sent attempt 2 of a call of b/,
  'sessions-stay-bad':
    /session a\/0, .* went to b-3.\nOne that was sent .* to b-0, which is listed/,
  'sessions-stay-piled-bad': /went to b-0.\nOf \d+ calls of sessions it got \d+, 2\.\d+ times/,
  'flags-by-mode-bad': /in floor since 9 s.\nIt served new of the flag f, for the reason split/,
  'flags-by-mode-degraded-bad': /in degraded .*\nIt served old of the flag f, for the reason floor/,
  'asked-once-bad':
    /a-0 sent b a call for a\/1 at 5 s .* ended at 6 s.\nIt sent another one .* at 5.5 s/,
  'answers-in-their-time-bad': /as 3.5 s old.\nIt had asked for that 3.7 s before/,
  'answers-in-their-time-stale-bad': /as 5.6 s old.\nWhere a call fails, 5 s is the oldest/,
  'answers-in-their-time-fresh-bad': /as 3.7 s old.\nAn answer is fresh for 3 s/,
  'answers-in-their-time-none-bad': /No call for it had been answered/,
  'deploy-unnoticed-bad': /b-0 was told to stop at 2 s; .*\nOf the requests of b .* 1 were refused/,
  'orders-in-one-order-bad':
    /Order 7 of a was entered at place 5 .*\nserver-1 entered it again at place 9/,
  'orders-in-one-order-place-bad':
    /server-1 entered order 7 of b at place 6 .*\nserver-3 entered order 9/,
  'orders-in-one-order-lost-bad': /told that 2 were accepted .*\nThe books .* hold 1/,
  'orders-in-one-order-refused-bad': /1 were accepted and 1 refused.\nThe books .* hold 2/,
  'ejection-bounded-bad': /a-0 ejected b-1 at 2.5 s: 2 of the 2 instances of b .* are out/,
  'ejected-spared-bad': /a-0 ejected b-0 for 1 s, and sent it a call 500 ms later/,
  'intent-met-bad': /a-0 sent b-1 a call of b that ended at 2 s, which had just failed it/,
  'intent-met-bad-slow': /b-1 .* had just failed it, or been slow.\nb-0 had just answered/,
  'intent-met-bad-dead': /b-1 a call of b that ended at 2 s, which its gossip takes for dead/,
  'unready-spared-bad': /a-0 sent b-0 a call .*, whose program is not ready since 10 s/,
  'unready-spared-starting-bad': /a-0 sent b-0 a call .*, whose program is not ready since 0/,
  'restarted-for-cause-bad': /b-0 restarted its program at 10 s, because of its readiness/,
  'restarted-for-cause-again-bad': /b-1 restarted its program at 32 s, because of its liveness/,
  'restarted-for-cause-left-bad': /The program of b-1 hangs since 20 s.*not restarted until 29 s/s,
  'layer-bounds-bad':
    /a-0 sent b-1 a call of b at 7.5 s.*its own gossip takes b-1 for dead since 7 s/is,
  'layer-bounds-old-bad': /last confirmed its lists at 1 s/,
  'layer-bounds-buried-bad': /b-1 died at 2 s; its lease and the bound allow 65 s/,
  'cheap-first-bad': /a-0 asked the leader .* because: old.*confirmed its lists 3.99 s before/s,
  'cheap-first-left-bad': /because: nobody-left.*did not take b-1 for dead/s,
  'permission-kept-bad':
    /b-0 served a-0 .*For 18 s before it no intention had allowed a to call b/s,
  'permission-kept-never-bad': /b-0 served c-0 .*no intention had allowed c to call b/s,
  'permission-kept-removed-bad': /no intention had allowed c to call b/,
  'denied-for-cause-bad': /b-0 denied a a call at 30 s, because: rule.*allowed it without a gap/s,
  'denied-for-cause-old-bad': /because: old.*reached the store without a gap since 1 s/s,
  'false-alarms-rare-bad': /60 false alarms of the accrual detector .*Phi is 3/s,
  'death-suspected-bad': /p-0 died at 30 s, and p-2, which watches it, does not suspect it/,
  'held-up-blames-nobody-bad': /p-1 had stood still until 23 s, and suspects p-0 at 23 s/,
  'ended-unused-bad': /app-1 went by evidence of app-0 .*at 20 s.*last at 1 s, for 15 s/s,
  'revoked-unused-bad': /app-1 went by evidence of app-0 .*taken back at 5 s/s,
  'evidence-in-scope-bad': /app-1 of zone-1 heard .*app-0 of zone-0 issued it for its zone alone/s,
  'evidence-in-scope-region-bad': /app-2 of zone-2 heard .*for its region alone/s,
  'evidence-arrives-bad': /app-2 had no evidence .*app-0 had claimed it for all since/s,
  'local-first-bad':
    /server-0 of zone-0 in region-0 was asked for web at 60 s and named web-1.*In zone-0 there had been web-0/s,
  'local-first-region-bad': /named web-1.*In region-0 there had been web-0/s,
  'found-elsewhere-bad': /asked for web at 60 s and named nobody.*had been web-0 for 28 s/s,
  'withdrawn-spared-bad': /named web-1 of region-1.*It went down at 40 s. The bound is 23 s/s,
  'withdrawn-spared-cut-bad': /named web-1 of region-1.*cut off from it at 40 s/s,
  'withdrawn-spared-few-bad':
    /named web-3 of region-1.*Of the 3 instances of its region all but 1 are down, too many of them at 41 s/s,
  'returns-settled-bad': /withdrew region-1 at 50 s.*again at 75 s, .*ended at 70 s/s,
  'returns-settled-lost-bad': /again at 80 s, when that region was still lost/,
  'returns-settled-never-bad': /All there has been well since .*not announced it again/,
  'regions-converge-bad': /app-2 has neither it nor one that outweighs it/,
  'deleted-stays-gone-bad':
    /app-0 knew at 2 s that k had been deleted by version 2.1.*It had the key again at 9 s, by version 1.0/s,
  'deleted-stays-gone-restart-bad': /It had the key again at 25 s/,
  'conflicts-alike-bad': /app-1 kept 1.0 at 56 s, although 1.1 outweighs it/,
  'job-kept-bad':
    /found the queue empty.\nIt and one other were .* no more than 1 can have been taken/,
  'one-leader-bad': /renewed by a call at 2 s, lasted until 4 s at least.*Both led e at 3.6 s/s,
  'one-leader-terms-bad': /won term 5, which is not larger than 5/,
  'leader-told-bad': /was told of term 5 at 2.1 s.*Term 9 came before that/s,
  'leader-told-phantom-bad': /resign e 5 returned at 1.3 s.*Nobody led in term 5 any more/s,
  'leader-told-denied-bad': /told that nobody leads at 3.6 s.*Term 5 lasted longer/s,
  'no-amplification-bad': /a-0 sent 8 calls of b for 5 .*owes 3.5 retries/s,
  'recovers-after-surge-bad':
    /gone at 4 s. Between 14 s and 15 s, 10 .* 0 of them well.*20 of these 30 .*a served 12, 9 of/s,
  'available-in-storm-bad':
    /server-0 led in term 1, since 300 ms.\nserver-1 took over in term 2 at 7 s/,
  'available-in-storm-unanswered-bad':
    /read of k by process 0 was sent at 6.5 s.\nIt got no answer within 2 s/,
  'found-again-bad':
    /fleet-1 is up since 21 s .*\nfleet-0 does not list it at 39 s; 9 s are enough/,
  'found-again-ended-bad':
    /fleet-1 ended at 20 s, .*\nfleet-0 still lists it at 69 s; 39 s are enough/,
  'found-again-taken-off-bad': /fleet-0 is up since 21 s .*\nserver-0 took it off its list at 50 s/,
  'fair-by-arrival-bad': /a-0 began call 3 of priority 1 .*Call 2 of the same priority/s,
  'fair-by-arrival-priority-bad': /began call 1 of priority 1 .*Calls of priority 0 waited/s,
  'goodput-under-overload-bad':
    /Between 2 s and 3 s clients asked a 490 times, and 20 .*100 a second.*80 of them for callers/s,
  'retry-after-heeded-bad':
    /b-0 refused .* at 1 s, and asked for 500 ms.*another one 400 ms later/s,
  'self-preservation-bad':
    /a evicted A\/0 at 40 s.*got \d+ % of the renewals of 20 s that the 8 it held make; below 85 %/s,
  'ghosts-evicted-bad':
    /a had its turn at 40 s: A\/0 had not renewed.*evicted 0, where 1 were due/s,
  'peers-agree-bad':
    /a alone holds A\/7, and b alone nobody.*Nothing had disturbed them for 2 min/s,
  'dns-ttl-bad':
    /a answered for web at 1 s, good for 3 s.*still went by that at 4.2 s, 3.2 s later/s,
  'dns-ttl-nothing-bad': /a has given no such answer/,
  'dns-ttl-other-bad': /picked y of web at 1.1 s.*does not name it/s,
  'dns-gone-bad': /gave up x of web at 5 s.*by an answer of b, 25 s later; 16 s are allowed/s,
  'srv-order-bad': /picked z of web at 1.2 s, whose priority is 2.*priority 1, which go first/s,
  'srv-order-weight-bad': /x of web was picked \d+ times of \d+ .*weight is 1 of 10/s,
  'bulkhead-bounded-bad': /a-0 had 3 calls of b out at 1.9 s.*pool has 2/s,
  'bulkhead-isolates-bad': /need a, c alone, .* hit d.*Between 2 s and 3 s, 10 .* 5 of them well/s,
  'movement-minimal-bad': /sent a call of s\/2 to s-2 .* before it went to s-1/s,
  'keys-spread-bad': /Of 400 keys of s, s-3 got the calls of 350/,
  'hot-spot-bounded-bad': /had 3 of its 6 calls of s out to s-0 .* 1.25 times the average, 2 may/s,
  'audit-complete-before-bad': /has entry 2, from 4 to 6 there/,
  'layers-fold-hash-twice-bad': /Its hash is c; of the same values it was b before/,
  'circuit-form-bad':
    /opened at 1 s after 2 failures since it closed, and 2 of its last 3 calls; 100/,
  'circuit-form-rest-bad': /open for 2 s at 5 s, after 1 failed probes; 3 s is its time/,
  'circuit-form-stays-bad': /open since 3 s and refused a call at 7 s; after 3 s/,
  'registered-found-bad': /lease of 2 s lasted until 4.5 s at least.*at 4.2 s .* without a/s,
  'ended-not-found-bad': /registered until 3.2 s at most.*with a/s,
  'ended-not-found-succession-bad': /registered until 3.2 s at most.*at 7.1 s .* with a/s,
  'ended-not-found-left-bad': /deregister s 5 returned at 1.6 s.*at 1.7 s .* with a/s,
  'ended-not-found-never-bad': /Nobody had registered b by then/,
  'live-told-bad': /server-3 was up and in touch .* since 20 s.*asked at 36 s .*without server-3/s,
  'live-told-third-bad': /server-2 was up and in touch .*asked at 20 s .*without server-2/s,
  'heard-told-bad': /server-2 was up and heard by all others.*asked at 30 s .*without server-2/s,
  'dead-told-bad': /server-3 was down since 1 s.*asked at 17 s .*with server-3/s,
  'linearizable-all-bad':
    /read of 1 from x .* nothing set 1 again after process 0's write of 2 to x/,
  'session-guarantees-bad': /stale read of 1 from x .* older: this breaks monotonic reads/s,
  'session-guarantees-own-writes-bad': /breaks read your writes/,
  'session-guarantees-monotonic-writes-bad': /breaks monotonic writes/,
  'session-guarantees-follow-reads-bad': /breaks writes follow reads/,
  'session-guarantees-other-key-bad': /write of 2 to y has version 2.*found nothing/s,
  'mutual-exclusion-bad': /lasted until 11 s at least.*Both held l at 9 s/s,
  'mutual-exclusion-released-bad': /release was called at 5 s.*Both held l at 4 s/s,
  'fencing-bad': /returned at 14.3 s as version 13.*became version 14 after that/s,
  'fencing-later-bad': /was called after that, at 15 s, and was accepted with an older token/,
  'fencing-token-bad': /got an older token/,
  'fencing-same-token-bad': /got the same token/,
  'leader-completeness-bad': /applied entry 2 in term 1.* a log that ends at 1/s,
  'definite-failures-bad':
    /cas of 6 to x failed at 310 ms: cas-mismatch.*process 1 was told of 6/is,
  'definite-failures-early-bad': /cas of 6 to x failed at 310 ms: not leader/,
  'leadership-bad': /server-2 took over in term 3 at 10.5 s, though no fault had touched server-1/,
  'leadership-none-bad': /were up and could hear one another.*none of them led/s,
  'executed-once-bad': /version 3 at 1.01 s.*version 9 at 1.15 s/s,
  'executed-once-watch-bad': /version 3 at 1.5 s.*version 8 at 1.5 s/s,
  'coordination-bad': /resilience: .*5 calls failed .* still let a call out/s,
  'election-safety-bad': /server-2 became leader of term 2 as well/,
  'membership-change-safe-bad':
    /Entry 4, by which 0, 1, 2 and 2, 3, 4 decide, was committed.*leader of term 2 by entry 3/s,
  'membership-change-safe-votes-bad': /by the votes of 1, 3, .* no majority of 2, 3, 4/,
  'membership-change-safe-holders-bad': /held by 0, 3, 4.* no majority of 0, 1, 2/s,
  'membership-change-safe-step-bad': /0, 1, 2.* 2, 3, 4.* nobody in common/s,
  'membership-change-safe-haste-bad': /entry 5, before entry 4 was committed/,
  'membership-change-safe-stays-bad': /is no voter .* still led/s,
  'membership-change-safe-term-bad': /became leader of term 2 as well/,
  'never-goes-back-bad': /its commit index at 4, at 1 s.\nIt had its commit index at 3/,
  'never-goes-back-copy-bad':
    /the copy of server-1 at 4, at 1 s.\nIt had the copy of server-1 at 2/,
  'never-goes-back-next-bad': /the next entry for server-1 at 4, though the copy reached 4/,
  'never-goes-back-term-bad': /its term at 3, at 1 s.\nIt had its term at 2/,
  'never-goes-back-vote-bad':
    /by the vote of server-1 .*\nserver-1 had given its vote in term 2 to nobody/,
  'catches-up-bad': /entry 3 had been applied.*5 s later, at 7 s, server-2 was up.* got to 2/s,
  'state-agrees-bad': /server-2 had the state 17 after entry 64/,
  'log-matching-bad': /server-2 applied an entry of term 3/,
  'config-converges-bad': /server-2 still holds "a" of revision 1/,
  'discovery-bad': /front-0 still lists it/,
  'discovery-missing-bad': /back-1 is registered .* does not list it/s,
  'clean-leave-bad': /back-0 was told to stop at 40 s .*back-1 took back-0 for suspect at 42 s/s,
  'clean-leave-alive-bad': /server-0 still believes that back-0 is alive/,
  'clean-leave-listed-bad': /back-1 still lists back-0 for back/,
  'strict-serializable-bad': /T3 of process 0 read 1 from "x", which T1 of process 1 overwrote/,
  'strict-serializable-failed-bad': /G1a/,
  'strict-serializable-half-bad': /fractured-read/,
  'serializable-bad': /G2-item/,
  'serializable-registers-bad': /G2-item/,
  'snapshot-isolation-bad': /G-single|fractured-read/,
  'read-committed-bad': /G1a/,
  'every-request-answered-bad': /sent at 20 s and was not answered: no answer before the deadline/,
  'every-request-answered-late-bad': /was answered after 320 ms.*250 ms at most/s,
  'every-request-answered-never-bad': /sent at 10.6 s and never ended/,
  'membership-bad': /server-0 took it for alive again .* which is not newer/,
  'membership-untrue-bad': /server-0 still believes that server-1 is dead/,
  'resilience-bad': /5 calls failed .* still let a call out/s,
  'resilience-causeless-bad': /opened at 12 s after 0 failures/,
  'efficiency-bad': /back-0 got 1.60 times the average/,
  'mode-transitions-bad': /floor to target .* only recovery may follow/,
  'mode-transitions-missed-bad': /still in degraded .* calls for floor/,
  'mode-transitions-unjustified-bad': /does not show that/,
  'mode-transitions-hasty-bad': /after 4 s; 10 s without a cause are needed/,
  'mode-transitions-early-bad': /held until 100 s; it must have been gone for 10 s/,
  'mode-transitions-held-bad':
    /although discovery evidence is older than 10 s, by what it observed/,
  'mode-transitions-regression-bad': /still in recovery .* more than 10 % of the health checks/,
  'mode-transitions-unrecovered-bad':
    /still in degraded at .* nothing that calls for it has held since 83 s/,
  'mode-transitions-flaps-bad': /for the 5th time since 80 s.*\n.*it flaps/,
  'mode-behaviours-bad': /in floor .*\n.* by a stale list/,
  'mode-behaviours-far-bad': /by a static list, into b from a/,
  'mode-behaviours-two-at-once-bad': /sent a call of back at .* when one was out/,
  'mode-behaviours-not-round-bad': /in a row went to back-0, past back-1/,
  'mode-behaviours-checks-bad': /in floor .*\n.*It checks 2 instances/,
  'mode-behaviours-unchecked-bad': /in target .*\n.*It checks 0 instances/,
  'mode-behaviours-free-bad': /in floor .*\n.*circuit to back is not held open/,
  'mode-behaviours-held-bad': /in target .*\n.*circuit to back is held open/,
  'mode-behaviours-shed-bad': /in target .*\n.*kept a call of back back/,
  'mode-behaviours-static-bad': /in target .*\n.*by a static list/,
  'mode-behaviours-old-list-bad': /by a stale list, as did others since 40 s/,
  'mode-behaviours-ramp-bad': /step ramp-10 .* made 58 of 58 calls.*\n.*10 % are its share/,
  'mode-behaviours-kept-bad': /in the step ramp-100 of Recovery in which all are made/,
  'copies-agree-bad': /its copy of the catalog is not what the store had at revision 6/,
  'recovery-order-bad': /ramp-10 at 115 s after reconcile; test comes next/,
  'recovery-order-stuck-bad':
    /still at the step ramp-10 .* ramp-50 comes next.*\n.*10 % of the load went well/,
  'recovery-order-unanswered-bad': /should have shown that the registry answered/,
  'recovery-order-unlisted-bad': /should have shown that the registry lists this instance/,
  'recovery-order-unconfirmed-bad': /configuration was last confirmed at 1.1 s/,
  'recovery-order-untested-bad': /back answered no call meanwhile/,
  'recovery-order-short-ramp-bad': /ended after 24 s: 30 s is its length/,
  'recovery-order-unwatched-bad': /ramp-100 was its last step: watch comes next/,
  'recovery-order-unstable-bad': /Recovery takes 5 min/,
  'recovery-order-open-circuit-bad': /the circuit to back was not closed/,
  'recovery-order-elsewhere-bad': /but it was in degraded/,
  'recovery-order-stepless-bad': /without a single step/,
  'evidence-freshness-bad': /eventual, 20 s old at most.*\n.*31 s old/,
  'evidence-freshness-shrinks-bad': /eventual, 50 s old at most.*\n.*55 s old/,
  'evidence-freshness-push-bad': /bounded-stale, 30 s old at most.*\n.*40 s old/,
  'evidence-freshness-routed-bad': /went by the registry's own list.*\n.*50 s old/,
  'evidence-freshness-never-bad': /never answered this process/,
  'evidence-freshness-passed-on-bad': /back-0 on .* 3 s old at most.*\n.* issued as .* 5 s old/,
  'evidence-freshness-untravelled-bad': /as fresh; what has travelled is not/,
  'evidence-lifetime-bad': /evidence of registry-contact/,
  'past-as-it-was-bad': /revision 2 set k to 2.\n.* read of k at revision 2 .*: 1, set at 1/s,
  'past-as-it-was-gone-bad': /revision 2 set k to 2.\n.* it was not there/s,
  'past-as-it-was-removed-bad': /removed k at revision 3.*\n.* at revision 3 .*: 2, set at 2/s,
  'past-as-it-was-later-bad': /at revision 2 was told .*: 4, set at 4/,
  'past-as-it-was-other-bad': /revision 2 set k to 2.\n.*: 7, set at 2/s,
  'past-as-it-was-forgotten-bad': /compaction up to revision 3 .*\n.* at revision 2 was answered/,
  'past-as-it-was-earliest-bad': /forgotten from revision 3 on.\n.* at revision 3 was refused/,
  'past-as-it-was-unasked-bad': /Nobody had asked for anything to be forgotten.\n.* refused/,
  'past-as-it-was-future-bad': /told of revision 4 .*\n.* at revision 4 was refused: future/,
  'replicas-converge-bad': /2 pods of web are wanted.\n.*run: web\/0 on node-0/,
  'replicas-converge-twice-bad': /web\/0 on node-0, web\/1 on node-0, web\/1 on node-1/,
  'replicas-converge-surplus-bad': /1 pods of web are wanted.\n.*web\/1 on node-1/,
  'replicas-converge-view-bad': /node-1 sends calls to web\/0 on node-0/,
  'no-dead-endpoint-bad':
    /node-1 is down, or cut off, since 30 s.\nnode-0 sends calls to web\/1 there/,
  'no-dead-endpoint-crash-bad': /since 40 s.\nnode-0 sends calls to web\/1/,
  'no-dead-endpoint-again-bad':
    /since 30 s.\nnode-0 sends calls to web\/1 there at 60 s, 30 s later/,
  'config-reaches-pods-bad': /Version 6 .*web\/1 was acknowledged.\n.*version 0 on node-1/,
  'keys-live-with-lease-bad':
    /l\/a was written .* with lease 1.\n.* renewed at 1 s.\n.* not told of it/,
  'keys-live-with-lease-part-bad': /with lease 1, .*\n.*told of some of them/,
  'keys-live-with-lease-late-bad': /The lease of 4 s was last renewed at 1 s.\n.* was told of it/,
  'keys-live-with-lease-revoked-bad': /The lease was given back at 2.01 s.\n.* was told of it/,
  'keys-live-with-lease-kept-bad': /l\/b was written .*, without a lease.\n.* was not told of it/,
  'keys-live-with-lease-renewed-bad': /renewed at 4 s.\n.* not told of it/,
  'proxy-serves-on-bad': /front-0 found nobody of back .* at 22 s.\n.*keep them at 6 s/,
  'proxy-serves-on-emptied-bad': /found nobody of back .* at 31 s/,
  'proxy-follows-registry-bad':
    /to back-0 at 20 s.\nIts proxy served back-0, back-1; the registry has listed back-0 since 10 s/,
  'dns-as-fallback-bad':
    /front-0 is Degraded since 20 s, .* own old list 7 times in 6 s.\n.* from 5 s, last at 35 s/,
  'dns-as-fallback-target-bad': /by an answer of DNS at 12 s.\nIt is in Target/,
  'overrides-cleaned-bad':
    /server-0 was in Recovery from 40 s, .*at 5 min 50 s.\nconfig\/prod\/a, overridden at 5 s, still is/,
  'orders-in-turn-bad':
    /server-0 took in order 1 of config\/orders\/a at 2 s, and order 3 .* after it.*\n.*3 .*comes first/,
  'ring-agrees-bad': /2 members were up.\n.*member-0 8 of 2, member-1 7 of 3/,
  'ring-agrees-dead-bad': /2 members were up.\n.*member-0 7 of 3, member-1 7 of 3/,
  'owner-handles-bad': /member-1 handled a request of a at 2 s, member-0 one at 3 s/,
  'hops-bounded-bad': /member-0 was asked for a at 2 s, .* same ring.\nIt took 2 hops/,
  'hops-bounded-round-bad': /handed on to member-1 at 3 s, for the 9th time; 8 are allowed/,
  'hedges-bounded-bad':
    /12 of 71 calls of shop twice .*\n.* more than it has earned, at 100 ‰, and 10 may be/,
  'hedges-bounded-same-bad': /asked shop-1 for a call, and again at 2 s/,
  'tail-cut-bad': /37 of 220 requests took as long .* 310 ms/,
  'credits-kept-bad': /p-0 sent item 3 to p-1 at 400 ms.\nIt had been granted those before 3/,
  'credits-kept-anew-bad': /p-0 sent item 2 to p-1 at 3.2 s.\nIt had been granted those before 0/,
  'credits-kept-granted-bad': /items up to 3 at 300 ms.\nIt had worked off 0, and has room for 2/,
  'credits-kept-held-bad': /p-1 held 3 items at 400 ms, and has room for 2/,
  'each-item-once-bad': /p-1 worked off item 2 of p-0 at 400 ms.\nItem 1 was next/,
  'each-item-once-twice-bad': /p-1 worked off item 0 of p-0 .*\nItem 1 was next/,
  'each-item-once-lost-bad': /p-1 went on at item 4 .*\nIt had worked off those before 2/,
  'each-item-once-back-bad': /p-1 went on at item 1 .*\nIt had worked off those before 2/,
  'stream-goes-on-bad':
    /p-1 has waited for item 1 of p-0 since 1 s.*\nNothing has been wrong since 3 s; .* 1.42 s/,
  'watch-guarantees-bad':
    /the removal of w\/a at revision 6 acknowledged .* and not of .*reliable/s,
  'watch-guarantees-filter-bad': /watch of w\/ .* was told of v\/x = 1 .*filter/s,
  'watch-guarantees-ordered-bad': /w\/b = 5 at revision 7.\nThen .* revision 6.\n.*ordered/,
  'watch-guarantees-unique-bad': /removal .* revision 6.\nThen .* removal .* revision 6.\n.*unique/,
  'watch-guarantees-atomic-bad': /w\/a = 2 at revision 4.\nThen .* in a later batch.\n.*atomic/,
  'watch-guarantees-bookmarkable-bad': /everything up to revision 9.\nThen .* revision 6.\n.*bookm/,
  'watch-guarantees-resumable-bad':
    /resumed and .* after revision 4 .* and not of the .*resumable/s,
  'watch-guarantees-replayed-bad': /resumed after revision 4.\nIt was .* revision 4.\n.*resumable/,
  'watch-guarantees-reliable-bad': /revision 6 acknowledged .* after revision 0 up to .*reliable/s,
  'watch-guarantees-agreed-bad': /w\/b = 5 at revision 7 ack.*\n.* w\/b = 6 at revision 7.*agreed/s,
  'watch-guarantees-previous-bad':
    /w\/a = 1 .* 3 was there before.\nThe last .* w\/a = 2 .*previous/s,
  'watch-guarantees-create-bad':
    /5 at revision 7, and that it is a creation.\n.* w\/b = 2 .*create/s,
};

describe('invariants', () => {
  for (const { id } of invariants) {
    it(`${id} has a history to accept and one to reject`, () => {
      assert.ok(names.includes(`${id}-ok`), `fixtures/histories/${id}-ok.jsonl`);
      assert.ok(names.includes(`${id}-bad`), `fixtures/histories/${id}-bad.jsonl`);
    });
  }

  for (const name of names) {
    const isOk = name.endsWith('-ok');
    const id = promiseOf(
      name,
      invariants.map((i) => i.id),
    );
    it(`${isOk ? 'accepts' : 'rejects'} ${name}`, () => {
      const { history, program } = recordedHistory(name);
      const verdict = invariantOf(id ?? '?').judge(history, program);
      if (isOk) {
        assert.equal(verdict.kind, 'holds', JSON.stringify(verdict));
        return;
      }
      if (verdict.kind !== 'violated') assert.fail(JSON.stringify(verdict));
      assert.match(verdict.explanation.sentences.join('\n'), reasons[name] ?? /./);
    });
  }

  for (const invariant of invariants) {
    it(`${invariant.id} says unknown of an empty history`, () => {
      const { program } = recordedHistory(`${invariant.id}-ok`);
      const nothing: History = { events: [], readyUs: 0, endUs: 1 };
      assert.equal(invariant.judge(nothing, program).kind, 'unknown');
    });

    const monitor = invariant.monitor?.bind(invariant);
    if (monitor === undefined) continue;
    it(`${invariant.id} is seen online as well, by the same event at the latest`, () => {
      const bad = recordedHistory(`${invariant.id}-bad`);
      const watch = monitor(bad.program);
      const at = bad.history.events.findIndex((e) => watch.event(e) !== null);
      assert.ok(at >= 0);
      const ok = recordedHistory(`${invariant.id}-ok`);
      const calm = monitor(ok.program);
      assert.ok(ok.history.events.every((e) => calm.event(e) === null));
    });
  }
});
