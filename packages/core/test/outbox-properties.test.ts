/** Properties of an outbox under random texts, policies and traffic, with the real chunker, on a clock that is moved. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wellFormed } from '../src/protocol/well-formed';
import {
  fairTraffic,
  foulTraffic,
  type HandedOver,
  mixedFates,
  policies,
  type Run,
  runTraffic,
  takenFates,
} from './support/outbox-traffic';

const GUARDED_SECOND_MS = 1_010;

describe('an outbox', () => {
  it('keeps its promises while packets are taken, sooner or later', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(policies, fairTraffic, takenFates, async (policy, traffic, fates) => {
        const run = await runTraffic(policy, traffic, fates);
        expectNoSecondOverBudget(run);
        expectReserveLeftFree(run);
        expectInterruptsNotToWait(run);
        expectOneEndForEach(run);
        expectOrder(run);
        expectNothingOlderAfterInterrupts(run);
        expectEveryLetterAccountedFor(run);
        for (const { kind, outcomes } of run.things) {
          if (kind === 'chat')
            for (const { status } of outcomes) expect(['sent', 'interrupted']).toContain(status);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('keeps them through rejections, pauses, losses and new connections', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(policies, foulTraffic, mixedFates, async (policy, traffic, fates) => {
        const run = await runTraffic(policy, traffic, fates);
        expectNoSecondOverBudget(run);
        expectReserveLeftFree(run);
        expectOneEndForEach(run);
        expectOrder(run);
        expectNothingOlderAfterInterrupts(run);
        expectEveryLetterAccountedFor(run);
      }),
      { numRuns: 300 },
    );
  });
});

/** Those that count at the moment of `packet`, itself included. */
function charged({ packets }: Run, packet: HandedOver): HandedOver[] {
  return packets.filter(
    (other) =>
      other.event <= packet.event &&
      (other.at + GUARDED_SECOND_MS > packet.at ||
        other.settledAt === undefined ||
        other.settledAt > packet.at),
  );
}

const bytesOf = (packets: readonly HandedOver[]) => packets.reduce((total, { bytes }) => total + bytes, 0);

function expectNoSecondOverBudget(run: Run): void {
  const { packets, policy } = run;
  for (const first of packets) {
    const second = packets.filter(({ at }) => at >= first.at && at <= first.at + 1_000);
    expect(second.length).toBeLessThanOrEqual(policy.packetsPerSecond);
    expect(bytesOf(second)).toBeLessThanOrEqual(policy.bytesPerSecond);
  }
  for (const packet of packets) {
    expect(charged(run, packet).length).toBeLessThanOrEqual(policy.packetsPerSecond);
    expect(bytesOf(charged(run, packet))).toBeLessThanOrEqual(policy.bytesPerSecond);
    expect(packet.bytes).toBeLessThanOrEqual(policy.maxPacketBytes);
  }
}

function expectReserveLeftFree(run: Run): void {
  const { packetsPerSecond, bytesPerSecond, reserve, maxUnsettledBytes } = run.policy;
  for (const packet of run.packets) {
    if (packet.lane === 'interrupt') continue;
    expect(charged(run, packet).length).toBeLessThanOrEqual(packetsPerSecond - reserve.packets);
    expect(bytesOf(charged(run, packet))).toBeLessThanOrEqual(bytesPerSecond - reserve.bytes);
    if (packet.lane !== 'chat') continue;
    const unsettled = charged(run, packet).filter(
      ({ lane, settledAt }) => lane === 'chat' && (settledAt === undefined || settledAt > packet.at),
    );
    expect(bytesOf(unsettled)).toBeLessThanOrEqual(maxUnsettledBytes);
  }
}

function expectInterruptsNotToWait(run: Run): void {
  for (const packet of run.packets) {
    const thing = run.things[packet.order];
    if (packet.lane !== 'interrupt' || !thing) continue;
    const other = run.packets.some(
      ({ lane, order, at, event, settledAt }) =>
        lane === 'interrupt' &&
        order !== packet.order &&
        event < packet.event &&
        (at + GUARDED_SECOND_MS > thing.enqueuedAt ||
          settledAt === undefined ||
          settledAt >= thing.enqueuedAt),
    );
    if (!other) expect(packet.at - thing.enqueuedAt).toBe(0);
  }
}

function expectOneEndForEach({ things, timersLeft, errors }: Run): void {
  expect(errors).toEqual([]);
  expect(timersLeft).toBe(0);
  for (const { kind, outcomes, handedOver, failed, withdrawn } of things) {
    if (kind === 'chat' || kind === 'point') {
      expect(outcomes.length).toBe(withdrawn ? 0 : 1);
    } else {
      expect(handedOver).toBeLessThanOrEqual(1);
      expect(failed).toBeLessThanOrEqual(1);
      expect(handedOver + failed).toBeGreaterThan(0);
    }
  }
}

function expectOrder({ packets }: Run): void {
  const went = packets.filter(({ state }) => state !== 'refused');
  for (const lane of ['command', 'interrupt', 'chat'] as const) {
    const inLane = went.filter((packet) => packet.lane === lane);
    inLane.reduce<HandedOver | undefined>((before, packet) => {
      if (before?.order === packet.order) expect(packet.index).toBeGreaterThan(before.index);
      else if (before) expect(packet.order).toBeGreaterThan(before.order);
      return packet;
    }, undefined);
  }
}

function expectNothingOlderAfterInterrupts({ packets, things, emptied }: Run): void {
  for (const { event, before } of emptied) {
    const late = packets.filter(
      (packet) =>
        packet.lane === 'chat' &&
        packet.event > event &&
        packet.order < before &&
        !things[packet.order]?.survives,
    );
    expect(late).toEqual([]);
  }
}

function expectEveryLetterAccountedFor({ packets, things }: Run): void {
  for (const { kind, order, text, outcomes, finishedEvent } of things) {
    const [outcome] = outcomes;
    if (kind !== 'chat' || !outcome) continue;
    const own = packets.filter((packet) => packet.lane === 'chat' && packet.order === order);
    const inOrder = [...new Map(own.map((packet) => [packet.index, packet])).values()];
    inOrder.sort((one, other) => one.index - other.index);
    const known = ({ settledEvent = Infinity }: HandedOver) => settledEvent < finishedEvent;
    const is = (packet: HandedOver, state: HandedOver['state']) => packet.state === state && known(packet);
    // What was certainly not sent at the end is said to be unsent.
    for (let last = inOrder.at(-1); last && is(last, 'refused'); last = inOrder.at(-1)) inOrder.pop();
    expect(inOrder.map(({ index }) => index)).toEqual([...inOrder.keys()]);
    expect(inOrder.map((packet) => packet.text).join('') + outcome.unsentText).toBe(wellFormed(text));
    const taken = inOrder.filter((packet) => is(packet, 'taken'));
    if (outcome.status === 'sent') {
      expect(taken).toEqual(inOrder);
      expect(outcome).toMatchObject({
        parts: taken.length,
        bytes: bytesOf(taken),
        lastHandOverAt: taken.at(-1)?.at,
      });
      expect(inOrder.map(({ final }) => final)).toEqual(
        inOrder.map((_, index) => index === inOrder.length - 1),
      );
    } else if (outcome.status === 'failed') {
      expect(outcome.error).toBeDefined();
      expect(outcome).toMatchObject({ parts: taken.length, bytes: bytesOf(taken) });
    } else {
      const handed = inOrder.filter((packet) => !is(packet, 'refused'));
      expect(outcome).toMatchObject({ parts: handed.length, bytes: bytesOf(handed) });
    }
  }
}
