/** reference/agora.md §2: data messages. */

import { expect } from 'vitest';
import { agoraError } from '../../../src/agora/index';
import { asked, attempt, LIVE, listen, now, outcome, RTC } from '../subject';
import type { Claim } from './claim';

const bytes = (length: number) => new Uint8Array(length).fill(0x61);

export const dataClaims: readonly Claim[] = [
  {
    name: 'a message before joining is refused INVALID_OPERATION, whatever it is',
    async run({ sdk }) {
      const client = sdk.createClient(RTC);
      for (const message of ['text', bytes(5_000), 3, null, undefined, {}])
        expect(await asked(() => client.sendStreamMessage(message))).toBe('INVALID_OPERATION');
    },
  },
  {
    name: 'a refused message rejects',
    except: ['4.20'],
    async run({ sdk, joinedWithoutSocket }) {
      const outside = sdk.createClient(RTC);
      const inside = await joinedWithoutSocket();
      let refused: Promise<unknown> = Promise.resolve();
      expect(attempt(() => (refused = outside.sendStreamMessage('text')))).toBe('returned');
      expect(await outcome(refused)).toBe('INVALID_OPERATION');
      expect(attempt(() => (refused = inside.sendStreamMessage(bytes(1_025))))).toBe('returned');
      expect(await outcome(refused)).toBe('INVALID_PARAMS');
    },
  },
  {
    name: 'a refused message throws in the turn of the call',
    only: ['4.20'],
    async run({ sdk, joinedWithoutSocket }) {
      const outside = sdk.createClient(RTC);
      const inside = await joinedWithoutSocket();
      expect(attempt(() => outside.sendStreamMessage('text'))).toBe('INVALID_OPERATION');
      expect(attempt(() => inside.sendStreamMessage(bytes(1_025)))).toBe('INVALID_PARAMS');
      expect(attempt(() => inside.sendStreamMessage({}))).toBe('TypeError');
    },
  },
  {
    name: 'a message while connecting is refused INVALID_OPERATION',
    async run({ sdk, outside }) {
      await outside('hangs');
      const client = sdk.createClient(RTC);
      const joining = client.join('app', 'room', null, 1).catch(() => {});
      expect(await asked(() => client.sendStreamMessage('text'))).toBe('INVALID_OPERATION');
      await client.leave();
      void joining;
    },
  },
  {
    name: '1,024 bytes pass the check of size, and 1,025 are INVALID_PARAMS',
    async run({ joinedWithoutSocket }) {
      const client = await joinedWithoutSocket();
      expect(await asked(() => client.sendStreamMessage(bytes(1_024)))).toBe('WS_ABORT');
      expect(await asked(() => client.sendStreamMessage(bytes(1_025)))).toBe('INVALID_PARAMS');
    },
  },
  {
    name: 'text counts in bytes of UTF-8',
    async run({ joinedWithoutSocket }) {
      const client = await joinedWithoutSocket();
      expect(await asked(() => client.sendStreamMessage('é'.repeat(512)))).toBe('WS_ABORT');
      expect(await asked(() => client.sendStreamMessage('é'.repeat(513)))).toBe('INVALID_PARAMS');
    },
  },
  {
    name: 'the form of an object counts its payload alone',
    async run({ joinedWithoutSocket }) {
      const client = await joinedWithoutSocket();
      const sent = (payload: unknown) =>
        asked(() => client.sendStreamMessage({ payload, syncWithAudio: false, more: 'x'.repeat(2_000) }));
      expect(await sent(bytes(1_024))).toBe('WS_ABORT');
      expect(await sent('x'.repeat(1_025))).toBe('INVALID_PARAMS');
    },
  },
  {
    name: 'an empty message passes the check',
    async run({ joinedWithoutSocket }) {
      const client = await joinedWithoutSocket();
      expect(await asked(() => client.sendStreamMessage(''))).toBe('WS_ABORT');
      expect(await asked(() => client.sendStreamMessage(bytes(0)))).toBe('WS_ABORT');
    },
  },
  {
    name: 'what is neither text nor a Uint8Array rejects with a raw TypeError',
    async run({ joinedWithoutSocket }) {
      const client = await joinedWithoutSocket();
      for (const message of [new ArrayBuffer(3), new Uint16Array(3), [1, 2], 3, {}, null, undefined])
        expect(await asked(() => client.sendStreamMessage(message))).toBe('TypeError');
      expect(await asked(() => client.sendStreamMessage(new ArrayBuffer(5_000)))).toBe('TypeError');
    },
  },
  {
    name: 'a view into a bigger buffer is sent as it is, and nothing around it',
    async run({ inChannel }) {
      const { client, sent } = await inChannel();
      const buffer = new TextEncoder().encode('before HERE after');
      void client.sendStreamMessage(buffer.subarray(7, 11), false).catch(() => {});
      expect(sent()).toEqual(['HERE']);
    },
  },
  {
    name: 'without a socket a message rejects WS_ABORT, with a retry and without',
    async run({ joinedWithoutSocket }) {
      const client = await joinedWithoutSocket();
      expect(await asked(() => client.sendStreamMessage('text', true))).toBe('WS_ABORT');
      expect(await asked(() => client.sendStreamMessage('text', false))).toBe('WS_ABORT');
    },
  },
  {
    name: 'in a channel a message reaches the socket in the turn of the call, and resolves once it was answered',
    async run({ inChannel, settle }) {
      const { client, sent, answer } = await inChannel();
      const sending = client.sendStreamMessage('hello', false);
      expect(sent()).toEqual(['hello']);
      await settle();
      expect(await now(sending)).toBe('pending');
      answer();
      expect(await outcome(sending)).toBe('resolved');
    },
  },
  {
    name: 'nothing counts how fast we send: 200 messages of 1,024 bytes reach the socket at once',
    async run({ inChannel }) {
      const { client, sent } = await inChannel();
      for (let index = 0; index < 200; index++)
        void client.sendStreamMessage(bytes(1_024), false).catch(() => {});
      expect(sent()).toHaveLength(200);
    },
  },
  {
    name: 'an audience is not refused by its own SDK',
    async run({ inChannel, settle }) {
      const { client, answer } = await inChannel(LIVE);
      expect(client.role).toBe('audience');
      const sending = asked(() => client.sendStreamMessage('text'));
      answer();
      await settle();
      expect(await sending).toBe('resolved');
    },
  },
  {
    name: 'a message that the reconnect overtakes rejects WS_ABORT without a retry, and is sent again with one',
    async run({ inChannel, settle }) {
      const { client, sent, cut, restore, answer } = await inChannel();
      const once = client.sendStreamMessage('once', false);
      const again = client.sendStreamMessage('again', true);
      cut();
      expect(await outcome(once)).toBe('WS_ABORT');
      await settle();
      expect(await now(again)).toBe('pending');
      restore();
      await settle();
      expect(sent()).toEqual(['once', 'again', 'again']);
      answer();
      expect(await outcome(again)).toBe('resolved');
    },
  },
  {
    name: 'a retry is the default',
    async run({ inChannel, settle }) {
      const { client, sent, cut, restore, answer } = await inChannel();
      const sending = client.sendStreamMessage('x');
      cut();
      await settle();
      restore();
      await settle();
      expect(sent()).toEqual(['x', 'x']);
      answer();
      expect(await outcome(sending)).toBe('resolved');
    },
  },
  {
    name: 'what is sent while reconnecting waits, with a retry and without, and goes out when the socket is back',
    async run({ inChannel, settle }) {
      const { client, sent, cut, restore, answer } = await inChannel();
      cut();
      await settle();
      const held = [client.sendStreamMessage('one', false), client.sendStreamMessage('two', true)];
      await settle();
      expect(sent()).toEqual([]);
      restore();
      await settle();
      expect(sent()).toEqual(['one', 'two']);
      answer();
      for (const sending of held) expect(await outcome(sending)).toBe('resolved');
    },
  },
  {
    name: 'what waits rejects WS_ABORT when the SDK gives up, with a retry too',
    async run({ inChannel, settle }) {
      const { client, cut, giveUp } = await inChannel();
      const before = asked(() => client.sendStreamMessage('before', true));
      cut();
      await settle();
      const during = asked(() => client.sendStreamMessage('during', false));
      giveUp();
      expect(await before).toBe('WS_ABORT');
      expect(await during).toBe('WS_ABORT');
    },
  },
  {
    name: 'a message arrives as a Uint8Array of its own, with the uid that the channel knows',
    async run({ inChannel, settle }) {
      const { client, userOnline, deliver } = await inChannel();
      const got: unknown[][] = [];
      client.on('stream-message', (...payload: unknown[]) => got.push(payload));
      userOnline(7);
      deliver(7, 'hello');
      deliver(7, 'hello');
      await settle();
      expect(got).toEqual([
        [7, new TextEncoder().encode('hello')],
        [7, new TextEncoder().encode('hello')],
      ]);
      expect(got[0]?.[1]).toBeInstanceOf(Uint8Array);
      expect(got[0]?.[1]).not.toBe(got[1]?.[1]);
    },
  },
  {
    name: 'JSON with `_type`, or with `total` and `id`, arrives like everything else',
    async run({ inChannel, settle }) {
      const { client, userOnline, deliver } = await inChannel();
      const told = listen(client, ['stream-message']);
      userOnline(7);
      for (const text of ['{"_type":"x"}', '{"total":1,"id":2}']) deliver(7, text);
      await settle();
      expect(told).toEqual(['stream-message 7 {"_type":"x"}', 'stream-message 7 {"total":1,"id":2}']);
    },
  },
  {
    name: 'errors are Errors with a code, data and a message that begins with the code',
    async run({ sdk }) {
      const client = sdk.createClient(RTC);
      const error: unknown = await new Promise((resolve) => resolve(client.sendStreamMessage('x'))).catch(
        (reason: unknown) => reason,
      );
      const shape = agoraError('INVALID_OPERATION', 'can not send data stream, not joined');
      expect(error).toBeInstanceOf(Error);
      expect(error).toMatchObject({ name: shape.name, code: shape.code, message: shape.message });
      expect(Object.keys(error as object)).toEqual(expect.arrayContaining(['code', 'data']));
    },
  },
];
