/**
 * Agora, live.
 *
 * | variable | where it comes from |
 * | --- | --- |
 * | `AGORA_APP_ID` | console.agora.io → Projects: a project secured by certificate |
 * | `AGORA_APP_CERTIFICATE` | the same page, primary certificate |
 *
 * Tokens are signed here, in Node, for channels and users of this run, and are valid for an hour. The certificate
 * reaches no page. What it answers: whether a sender hears itself, when events come, when a send resolves, whether
 * order holds, whether early messages arrive, what an audience may send, what too fast does.
 */

import type { LiveProvider } from '../live-provider';
import { type Question, settle } from '../page/question';
import {
  burst,
  earlyMessages,
  eventOrder,
  lateJoiner,
  order,
  resolveTime,
  sameIdTwice,
  selfEcho,
} from './common-questions';

const HOUR_SECONDS = 3_600;

interface DataClient {
  on(event: 'stream-message', listener: (uid: unknown, payload: Uint8Array) => void): void;
  sendStreamMessage(message: Uint8Array, needRetry: boolean): Promise<void>;
}

const audience: Question<'agora'> = {
  asks: 'Can an audience send? (our adapter does not try; this is the SDK itself)',
  async answer(stage) {
    await stage.farJoins();
    const { transport } = await stage.visit({ role: 'audience' });
    const { native } = transport;
    if (!isDataClient(native)) return 'Not known: the client has no sendStreamMessage.';
    const refusal = await native.sendStreamMessage(new Uint8Array(32), false).then(
      () => undefined,
      (error: unknown) => String(error instanceof Error ? error.message : error),
    );
    if (refusal !== undefined) return `No, the SDK refuses: ${refusal}`;
    await settle(async () => (await stage.farHeard()).length > 0);
    return (await stage.farHeard()).length > 0
      ? 'Yes, it arrives.'
      : 'The SDK takes it, and it does not arrive.';
  },
};

export const agora: LiveProvider<'agora'> = {
  provider: 'agora',
  real: "Agora's cloud and agora-rtc-sdk-ng in Chromium",
  variables: [
    { name: 'AGORA_APP_ID', secret: false },
    { name: 'AGORA_APP_CERTIFICATE', secret: true },
  ],
  secretField: 'token',
  async access({ AGORA_APP_ID: appId = '', AGORA_APP_CERTIFICATE: appCertificate = '' }) {
    const { agoraToken } = await import('./agora-token');
    return {
      credentials: (channel, uid) => ({
        appId,
        channel,
        uid,
        token: agoraToken({ appId, appCertificate, channel, uid, lifetimeSeconds: HOUR_SECONDS }),
      }),
    };
  },
  async open() {
    const { agora: transport } = await import('@avatarwire/agora');
    return { transport: () => transport() };
  },
  async emulate() {
    const [{ agora: transport }, { createAgoraCloud }] = await Promise.all([
      import('@avatarwire/agora'),
      import('@avatarwire/simulator/agora'),
    ]);
    const cloud = createAgoraCloud();
    return {
      transport: () => transport({ sdk: cloud.sdk }),
      credentials: (room, who) => cloud.credentials(room, who),
    };
  },
  observe(native, onMessage) {
    if (!isDataClient(native)) return;
    native.on('stream-message', (uid, payload) =>
      onMessage({ from: String(uid), bytes: payload.length, firstByte: payload[0] ?? -1 }),
    );
  },
  twiceInARoom: 'undocumented',
  questions: [
    selfEcho,
    eventOrder,
    resolveTime,
    order,
    earlyMessages,
    lateJoiner,
    audience,
    sameIdTwice,
    burst(100, 1_000),
  ],
};

function isDataClient(native: unknown): native is DataClient {
  return typeof native === 'object' && native !== null && 'sendStreamMessage' in native && 'on' in native;
}
