/** Never more than the policy allows, in any second, wherever it begins, at hand-over. */

import { type RatePolicy, ratePolicies } from '@avatarwire/core';
import { type Attempt, isText } from '../ledger';
import type { Trial } from '../trial';

const SECOND_MS = 1_000;

export function* budgetBreaches({ ledger, setting }: Trial): Generator<string> {
  /** Of one service session, whatever its connections. */
  const bySession = new Map<string, Attempt[]>();
  for (const attempt of ledger.attempts) {
    const key = `${attempt.link.side} ${attempt.link.room}`;
    const known = bySession.get(key);
    if (known) known.push(attempt);
    else bySession.set(key, [attempt]);
  }
  for (const attempts of bySession.values()) {
    const policy = ratePolicies[setting.limits[attempts[0]?.link.side ?? 0] ?? 'agora'];
    yield* inAnySecond(attempts, policy);
    for (const attempt of attempts) yield* standing(attempt, policy);
  }
}

function* inAnySecond(attempts: readonly Attempt[], policy: RatePolicy): Generator<string> {
  const { packetsPerSecond, bytesPerSecond, reserve } = policy;
  if (packetsPerSecond === Infinity) return;
  let first = 0;
  let bytes = 0;
  let packets = 0;
  let urgent = 0;
  const isUrgent = ({ frame }: Attempt) => frame.name === 'interrupt';
  for (const attempt of attempts) {
    bytes += attempt.bytes;
    packets += 1;
    urgent += isUrgent(attempt) ? 1 : 0;
    for (let old = attempts[first]; old && old.at <= attempt.at - SECOND_MS; old = attempts[first]) {
      bytes -= old.bytes;
      packets -= 1;
      urgent -= isUrgent(old) ? 1 : 0;
      first += 1;
    }
    const kept = urgent === 0 ? reserve : { packets: 0, bytes: 0 };
    if (packets > packetsPerSecond - kept.packets)
      yield `${packets} packets in the second before ${attempt.at} ms`;
    if (bytes > bytesPerSecond - kept.bytes) yield `${bytes} bytes in the second before ${attempt.at} ms`;
  }
}

/** What is handed over and not settled stays within a second's budget, and chat within its own bound. */
function* standing(attempt: Attempt, policy: RatePolicy): Generator<string> {
  const { unsettledBytes, unsettledChatBytes, frame, at } = attempt;
  if (attempt.bytes > policy.maxPacketBytes) yield `a packet of ${attempt.bytes} bytes`;
  if (unsettledBytes > policy.bytesPerSecond) yield `${unsettledBytes} unsettled bytes at ${at} ms`;
  if (isText(frame) && unsettledChatBytes > policy.maxUnsettledBytes)
    yield `${unsettledChatBytes} unsettled bytes of chat at ${at} ms`;
}
