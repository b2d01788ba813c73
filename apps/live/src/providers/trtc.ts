/**
 * TRTC, live.
 *
 * | variable | where it comes from |
 * | --- | --- |
 * | `TRTC_SDK_APP_ID` | console.trtc.io → Applications: the number of an RTC Engine application |
 * | `TRTC_SDK_SECRET_KEY` | the same page |
 *
 * Signatures are made here, in Node, for users of this run, and are valid for an hour. The key reaches no page. What
 * it answers: whether a sender hears itself, when events come, when a send resolves, whether order holds, whether
 * early messages arrive, how `seq` counts, what another `cmdId` does, what too fast does.
 */

import { type LiveProvider, VariableError } from '../live-provider';
import { type Question, settle } from '../page/question';
import {
  burst,
  earlyMessages,
  eventOrder,
  lateJoiner,
  order,
  resolveTime,
  selfEcho,
} from './common-questions';

const HOUR_SECONDS = 3_600;

interface Message {
  readonly userId: string;
  readonly cmdId: number;
  readonly seq: number;
  readonly data: ArrayBuffer;
}

interface DataClient {
  on(event: 'custom-message', handler: (message: Message) => void): unknown;
  /** Typed `void` by the vendor; it returns nothing, a promise that rejects, or throws. */
  sendCustomMessage(message: { cmdId: number; data: ArrayBuffer }): unknown;
}

const sequence: Question<'trtc'> = {
  asks: 'Where does `seq` start, and by how much does it grow?',
  async answer(stage) {
    await stage.farJoins();
    const visit = await stage.visit();
    for (let index = 0; index < 5; index++) await visit.send(index);
    await settle(async () => (await stage.farHeard()).length === 5);
    return `${(await stage.farHeard()).map(({ seq }) => seq).join(', ')}, of five messages one after the other.`;
  },
};

const otherChannel: Question<'trtc'> = {
  asks: 'Do messages with another `cmdId` arrive, and in which order against ours?',
  async answer(stage) {
    await stage.farJoins();
    const { transport } = await stage.visit();
    const { native } = transport;
    if (!isDataClient(native)) return 'Not known: the instance has no sendCustomMessage.';
    for (let index = 0; index < 10; index++)
      await native.sendCustomMessage({ cmdId: 1 + (index % 2), data: Uint8Array.of(index).buffer });
    await settle(async () => (await stage.farHeard()).length === 10);
    const heard = await stage.farHeard();
    const shown = heard.map(({ firstByte, cmdId, seq }) => `${firstByte} (cmdId ${cmdId}, seq ${seq})`);
    return `Sent 0 to 9, odd ones on 2; arrived: ${shown.join(', ')}.`;
  },
};

export const trtc: LiveProvider<'trtc'> = {
  provider: 'trtc',
  real: "TRTC's cloud and trtc-sdk-v5 in Chromium",
  variables: [
    { name: 'TRTC_SDK_APP_ID', secret: false },
    { name: 'TRTC_SDK_SECRET_KEY', secret: true },
  ],
  secretField: 'userSig',
  async access({ TRTC_SDK_APP_ID = '', TRTC_SDK_SECRET_KEY: secretKey = '' }) {
    const { trtcUserSig } = await import('./trtc-user-sig');
    const sdkAppId = Number(TRTC_SDK_APP_ID);
    if (!Number.isInteger(sdkAppId))
      throw new VariableError('TRTC_SDK_APP_ID', 'the number of an application');
    return {
      credentials: (room, userId) => ({
        sdkAppId,
        room,
        userId,
        userSig: trtcUserSig({ sdkAppId, secretKey, userId, lifetimeSeconds: HOUR_SECONDS }),
      }),
    };
  },
  async open() {
    const { trtc: transport } = await import('@avatarwire/trtc');
    return { transport: () => transport() };
  },
  async emulate() {
    const [{ trtc: transport }, { createTrtcCloud }] = await Promise.all([
      import('@avatarwire/trtc'),
      import('@avatarwire/simulator/trtc'),
    ]);
    const cloud = createTrtcCloud();
    return {
      transport: () => transport({ sdk: cloud.sdk }),
      credentials: (room, who) => cloud.credentials(room, who),
    };
  },
  observe(native, onMessage) {
    if (!isDataClient(native)) return;
    native.on('custom-message', ({ userId, cmdId, seq, data }) =>
      onMessage({
        from: userId,
        bytes: data.byteLength,
        firstByte: new Uint8Array(data)[0] ?? -1,
        cmdId,
        seq,
      }),
    );
  },
  twiceInARoom: 'first-ends',
  questions: [
    selfEcho,
    eventOrder,
    resolveTime,
    order,
    earlyMessages,
    lateJoiner,
    sequence,
    otherChannel,
    burst(60, 1_000),
  ],
};

function isDataClient(native: unknown): native is DataClient {
  return typeof native === 'object' && native !== null && 'sendCustomMessage' in native && 'on' in native;
}
