// The pure parts of the wire inspector, in Node.
import type { WireRecord } from '@avatarwire/core';
import { describe, expect, test } from 'vitest';
import { exportWire, fileNameOf } from '../src/inspector/export-wire';
import { everything } from '../src/inspector/filter';
import { readFrame, wholeFrame } from '../src/inspector/frame-text';
import { ackOf, chatPart, command, encode, incoming, logging } from './support/wire';

const budget: WireRecord['budget'] = {
  packets: 1,
  bytes: 90,
  packetsPerSecond: 30,
  bytesPerSecond: 6_144,
  unsettledBytes: 90,
  queued: 2,
};

describe('the export', () => {
  const exportedAt = new Date('2026-11-20T17:12:09.500Z');
  const records = [
    command(1_000, 'p1', 'set-params', {
      bgurl: 'https://cdn.example/room.png?X-Signature=s3cr3t-query',
      token: 's3cr3t-token',
      voice: { apiKey: 's3cr3t-key' },
      headers: { 'X-Api-Key': 's3cr3t-header', access_key: 's3cr3t-access' },
      room: 'wss://rooms.example/rtc?access=s3cr3t-socket',
      inner: JSON.stringify({ token: 's3cr3t-inner', text: 'kept' }),
      said: 'Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJzM2NyM3QifQ.s3cr3t-jwt',
    }),
    ackOf(1_040, 'set-params', 'p1'),
    { ...chatPart(1_100, 'm1', 0, true, 'My private words'), budget },
    incoming(1_200, 'plain private words'),
    { at: 1_300, direction: 'in', from: 'avatar', data: Uint8Array.of(0xff, 0, 1) } satisfies WireRecord,
  ];
  const exported = (texts: boolean) =>
    exportWire(logging(...records).view(), { texts, exportedAt, service: 'akool', provider: 'agora' });

  test('has a documented shape, with times since the first packet and the acknowledgement beside its command', () => {
    expect(exported(false)).toMatchObject({
      format: 'avatarwire-wire',
      version: 1,
      exportedAt: '2026-11-20T17:12:09.500Z',
      texts: false,
      service: 'akool',
      provider: 'agora',
      totals: { out: { packets: 2 }, in: { packets: 3 } },
      packets: [
        {
          number: 1,
          at: 0,
          direction: 'out',
          lane: 'command',
          kind: 'set-params',
          ack: { number: 2, ms: 40, code: 1000 },
        },
        {
          number: 2,
          at: 40,
          direction: 'in',
          from: 'avatar',
          frame: { mid: 'p1', pld: { cmd: 'set-params', code: 1000 } },
        },
        {
          number: 3,
          at: 100,
          messageId: 'm1',
          part: 0,
          final: true,
          budget: { bytes: 90, packets: 1, queued: 2 },
        },
        { number: 4, kind: 'text' },
        { number: 5, kind: 'bytes', bytes: 3 },
      ],
    });
    expect(fileNameOf(exported(false))).toBe('avatarwire-wire-2026-11-20T17-12-09.json');
  });

  test('leaves out what was said unless it is asked for, and keeps its length', () => {
    const without = exported(false);
    expect(JSON.stringify(without)).not.toMatch(/private|\/room/);
    expect(without.packets[2]?.frame).toMatchObject({
      type: 'chat',
      mid: 'm1',
      pld: { text: '[16 characters]' },
    });
    expect(without.packets[3]?.text).toBe('[19 characters]');
    expect(without.packets[4]).not.toHaveProperty('base64');
    const whole = exported(true);
    expect(whole.packets[2]?.frame).toMatchObject({ pld: { text: 'My private words' } });
    expect(whole.packets[3]?.text).toBe('plain private words');
    expect(whole.packets[4]?.base64).toBe('/wAB');
  });

  test.each([false, true])('has no credential in it (texts: %s)', (texts) => {
    expect(JSON.stringify(exported(texts))).not.toContain('s3cr3t');
    expect(exported(texts).packets[0]?.frame).toMatchObject({
      pld: { data: { token: '[left out]', voice: { apiKey: '[left out]' } } },
    });
    const whole = JSON.stringify(exported(true));
    expect(whole).toContain(JSON.stringify(JSON.stringify({ token: '[left out]', text: 'kept' })));
    expect(whole).toContain('Bearer [left out]');
  });

  test('has what is shown, and says of the rest how much there was', () => {
    const { log, view } = logging(...records);
    log.setFilter({ ...everything, where: 'chat' });
    const { packets, totals } = exportWire(view(), {
      texts: true,
      exportedAt,
      service: undefined,
      provider: undefined,
    });
    expect([packets.map(({ number }) => number), totals.in.packets]).toEqual([[3], 3]);
  });
});

describe('a frame to read', () => {
  test.each([
    [
      { v: 2, type: 'chat', mid: 'a', idx: 3, fin: true, pld: { from: 'bot', text: 'hi' } },
      'bot: hi',
      '3 fin',
    ],
    [{ v: 2, type: 'chat', mid: 'a', idx: 0, fin: false, pld: { text: 'hi' } }, 'hi', '0'],
    [
      { v: 2, type: 'command', mid: 'a', pld: { cmd: 'set-params', data: { mode: 1 } } },
      'set-params {"mode":1}',
      undefined,
    ],
    [
      { v: 2, type: 'command', mid: 'a', pld: { cmd: 'interrupt', code: 1000 } },
      'interrupt → 1000',
      undefined,
    ],
    [{ v: 2, type: 'event', pld: { event: 'audio_start' } }, 'audio_start', undefined],
    [{ action: 'ask', body: { text: 'hi' } }, 'ask: hi', undefined],
    [{ event_type: 'avatar.speak_text', event_id: 'a', text: 'hi' }, 'avatar.speak_text: hi', undefined],
    [{ event_type: 'avatar.interrupt', event_id: 'a' }, 'avatar.interrupt', undefined],
    [{ type: 'QA', message: 'hi', pos: 'start' }, 'QA start: hi', undefined],
    [{ type: 'QA', message: 'hi', pos: null }, 'QA: hi', undefined],
    [{ message: 'hi' }, 'hi', undefined],
    [null, '', undefined],
    [[1], '', undefined],
  ])('%j reads "%s"', (frame, summary, part) => {
    const read = readFrame(encode(frame));
    expect([read.summary, read.part, read.json]).toEqual([summary, part, true]);
    expect(JSON.parse(wholeFrame(encode(frame)))).toEqual(frame);
  });

  test.each([
    [{ v: 2, type: 'chat', mid: 'a', idx: 0, fin: false, pld: { text: 'hi' } }, 'chat'],
    [{ v: 2, type: 'command', mid: 'a', pld: { cmd: 'interrupt', code: 1000 } }, 'interrupt'],
    [{ v: 2, type: 'cmd', pld: { command: 'set-params', code: 1000 } }, 'set-params'],
    [{ v: 2, type: 'event', pld: { event: 'audio_start' } }, 'audio_start'],
    [{ action: 'ask', body: { text: 'hi' } }, 'ask'],
    [{ event_type: 'avatar.interrupt' }, 'avatar.interrupt'],
    [{ type: 'QA', message: 'hi' }, 'QA'],
    [{ message: 'hi' }, 'other'],
  ])('%j is of the type "%s"', (frame, kind) => {
    expect(readFrame(encode(frame)).kind).toBe(kind);
  });

  test('what is no JSON is shown as the text that it is', () => {
    const text = 'task 7: begins';
    expect(readFrame(encode(text))).toEqual({ json: false, summary: text, kind: 'text' });
    expect(wholeFrame(encode(text))).toBe(text);
  });

  test('what is no text either is shown as bytes', () => {
    const data = Uint8Array.of(0xff, 0x00, 0x7b);
    expect(readFrame(data)).toEqual({ json: false, summary: '3 bytes, no text', kind: 'bytes' });
    expect(wholeFrame(data)).toBe('ff 00 7b');
  });
});
